import type { ErrorData } from '../../protocol/errors';
import type { ImportPreview, ImportProgress, ImportSource, ModelEntry, StorageInfo } from '../../protocol/library';
import { formatBytes, formatCount, formatSeconds, formatShare } from '../../ui/format';
import type { Task } from '../state/library';

const PHASES: Record<ImportProgress['phase'], string> = {
  dense: 'What every word needs',
  experts: 'Experts',
  finishing: 'Last checks',
};

/** Phase, bytes, speed and time left, as one line: `Experts · 3.1 of 26.4 GB · 85 MB/s · 5 min left`. */
export function importLine({ phase, doneBytes, totalBytes, bytesPerSecond, secondsLeft }: ImportProgress): string {
  const parts = [PHASES[phase], formatShare(doneBytes, totalBytes)];
  if (bytesPerSecond !== null && bytesPerSecond > 0) parts.push(`${formatBytes(bytesPerSecond)}/s`);
  if (secondsLeft !== null && secondsLeft > 0) parts.push(`${formatSeconds(secondsLeft)} left`);
  return parts.join(' · ');
}

export const STATUS_WORDS: Record<ModelEntry['status'], string> = {
  complete: '',
  importing: 'Importing',
  paused: 'Paused',
  failed: 'Stopped',
};

/** Whole, or with an import that brings what is missing: on one that rests, the first missing expert would end the answer. */
export function isUsable({ status, runnable }: ModelEntry): boolean {
  return status === 'complete' || (status === 'importing' && runnable);
}

const SOURCES: Record<ImportSource['kind'], string> = {
  files: 'from this device',
  handle: 'from this device',
  url: 'from the web',
  hub: 'from Hugging Face',
  pruned: 'pruned',
};

/** Size, formats and source: `26.4 GB · q4a + q8 · TheBloke/Mixtral-8x7B from Hugging Face`. */
export function describeEntry({
  packBytes,
  committedBytes,
  status,
  formats,
  sourceLabel,
  sourceKind,
}: ModelEntry): string {
  const size =
    status === 'paused' || status === 'failed'
      ? `${formatShare(committedBytes, packBytes)} here`
      : formatBytes(packBytes);
  return [size, formats, `${sourceLabel} ${SOURCES[sourceKind]}`].filter(Boolean).join(' · ');
}

/** What a paused import waits for, where it is the user's turn, and why. */
export const NEEDS: Record<Exclude<ModelEntry['needs'], 'nothing'>, string> = {
  files: 'To go on, choose the file again: after a reload the browser has no access to it.',
  permission: 'To go on, allow reading the file: after a reload the browser asks again.',
  token: 'To go on, give the access token again: it is never stored.',
};

/** `today`, `yesterday`, `3 days ago`, in whole days of 24 hours. */
export function formatAgo(thenMs: number, nowMs: number): string {
  const days = Math.max(0, Math.floor((nowMs - thenMs) / 86_400_000));
  if (days === 0) return 'today';
  if (days >= 60) return `${Math.floor(days / 30)} months ago`;
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(-days, 'day');
}

export function describeTask({ kind, progress, records }: Task): string {
  if (progress) {
    const verb = { verify: 'Checking every byte', repair: 'Checking and mending', export: 'Writing the folder' }[kind];
    return progress.totalBytes > 0 ? `${verb} · ${formatShare(progress.doneBytes, progress.totalBytes)}` : verb;
  }
  const few = records.slice(0, 3).join(', ') + (records.length > 3 ? ' and more' : '');
  const parts = `${records.length} ${records.length === 1 ? 'part' : 'parts'}`;
  if (kind === 'export') return 'Written. On another machine, add that folder as a model.';
  if (kind === 'repair') return records.length > 0 ? `Mended ${parts}: ${few}.` : 'Nothing had to be mended.';
  return records.length > 0 ? `${parts} missing or broken: ${few}.` : 'Every byte is as it should be.';
}

/** `26.4 GB (26,443,382,784 bytes)`. */
export function exactBytes(bytes: number): string {
  return bytes < 1000 ? formatBytes(bytes) : `${formatBytes(bytes)} (${bytes.toLocaleString('en')} bytes)`;
}

export interface Fact {
  label: string;
  value: string;
}

export function factsOf(preview: ImportPreview): Fact[] {
  const { layers, experts, topK, parameters, packBytes, committedBytes, spoolBytes } = preview;
  const left = committedBytes > 0 ? `, ${formatBytes(committedBytes)} of it is here already` : '';
  return [
    { label: 'Found', value: preview.kind },
    { label: 'Shape', value: `${layers} layers of ${experts} experts, ${topK} for each token` },
    {
      label: 'Parameters',
      value: `${formatCount(parameters.total)}, ${formatCount(parameters.active)} for each token`,
    },
    { label: 'Context', value: `${preview.contextLength.toLocaleString('en')} tokens` },
    { label: 'To read', value: formatBytes(preview.sourceBytes) },
    { label: 'To store', value: `${exactBytes(packBytes)} as ${preview.formats}${left}` },
    ...(spoolBytes > 0
      ? [{ label: 'For a while', value: `${formatBytes(spoolBytes)} more: this host sends the file only as a whole` }]
      : []),
    {
      label: 'Storage',
      value: preview.storage ? describeStorage(preview.storage) : 'The browser does not say what is free',
    },
    {
      label: 'GPU memory',
      value: `from ${formatBytes(preview.leastBytes)}, all experts ${formatBytes(preview.mostBytes)}`,
    },
  ];
}

export function describeStorage({ usageBytes, quotaBytes }: StorageInfo): string {
  return `${formatBytes(usageBytes)} used, about ${formatBytes(freeBytes({ usageBytes, quotaBytes }))} free`;
}

export function freeBytes({ usageBytes, quotaBytes }: Pick<StorageInfo, 'usageBytes' | 'quotaBytes'>): number {
  return Math.max(0, quotaBytes - usageBytes);
}

/** Said where the browser's own figure is less than what is needed; never a reason to refuse. */
export function roomWarning({ packBytes, committedBytes, spoolBytes, storage }: ImportPreview): string | null {
  const needed = packBytes - committedBytes + spoolBytes;
  if (!storage || freeBytes(storage) >= needed) return null;
  return `The browser names ${formatBytes(freeBytes(storage))} as free. That is a guess that does not look at the disk: if ${formatBytes(needed)} are free there, go on. Should it fill up, what was imported stays.`;
}

/** A model whose experts rarely all fit: what to expect, in words. */
export function speedWarning({ mostBytes, leastBytes, topK, experts }: ImportPreview): string | null {
  if (mostBytes < 10e9 || topK >= experts) return null;
  return `Fast only where nearly all experts fit: ${formatBytes(mostBytes)} of GPU memory. With room for half of them, most words wait for the disk, one to three seconds each; at the least, ${formatBytes(leastBytes)}, longer still.`;
}

/** Whether the source has matrices that are no quants yet, for which there is a choice. */
export function hasFloats({ kind }: ImportPreview): boolean {
  return /\b(BF16|F16|F32)\b/.test(kind);
}

/** What fails an import, with the figures that help to decide. */
export function describeFailure(error: ErrorData, entry: ModelEntry | undefined): string {
  const kept =
    entry && entry.committedBytes > 0 && entry.status !== 'complete'
      ? ` ${formatBytes(entry.committedBytes)} of ${formatBytes(entry.packBytes)} are kept.`
      : '';
  return `${error.hint}${error.code === 'storage-full' ? kept : ''}`.trim();
}
