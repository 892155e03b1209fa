import type { ErrorData } from '../../protocol/errors';
import type { ImportPreview, ImportProgress, ModelEntry, StorageInfo } from '../../protocol/library';
import { formatBytes, formatCount } from '../../ui/format';
import type { Words } from '../i18n/language';
import type { Task } from '../state/library';

type ModelWords = Words['models'];

/** Phase, bytes, speed and time left, as one line: `Experts · 3.1 of 26.4 GB · 85 MB/s · 5 min left`. */
export function importLine(
  words: ModelWords,
  { phase, doneBytes, totalBytes, bytesPerSecond, secondsLeft }: ImportProgress,
): string {
  const parts = [words.phases[phase], words.share(doneBytes, totalBytes)];
  if (bytesPerSecond !== null && bytesPerSecond > 0) parts.push(`${formatBytes(bytesPerSecond)}/s`);
  if (secondsLeft !== null && secondsLeft > 0) parts.push(words.timeLeft(secondsLeft));
  return parts.join(' · ');
}

/** Whole, or with an import that brings what is missing: on one that rests, the first missing expert would end the answer. */
export function isUsable({ status, runnable }: ModelEntry): boolean {
  return status === 'complete' || (status === 'importing' && runnable);
}

/** Size, formats and source: `26.4 GB · q4a + q8 · TheBloke/Mixtral-8x7B from Hugging Face`. */
export function describeEntry(words: ModelWords, entry: ModelEntry): string {
  const { packBytes, committedBytes, status, formats, sourceLabel, sourceKind, pruned } = entry;
  const size =
    status === 'paused' || status === 'failed'
      ? words.here(words.share(committedBytes, packBytes))
      : formatBytes(packBytes);
  const source = pruned
    ? words.prunedFrom(pruned.of, pruned.kept, pruned.experts)
    : words.source[sourceKind](sourceLabel);
  return [size, formats, source].filter(Boolean).join(' · ');
}

/** `today`, `yesterday`, `3 days ago`, in whole days of 24 hours. */
export function formatAgo(words: ModelWords, thenMs: number, nowMs: number): string {
  const days = Math.max(0, Math.floor((nowMs - thenMs) / 86_400_000));
  if (days === 0) return words.today;
  if (days >= 60) return words.monthsAgo(Math.floor(days / 30));
  return new Intl.RelativeTimeFormat(words.locale, { numeric: 'auto' }).format(-days, 'day');
}

export function describeTask({ task: words, share }: ModelWords, { kind, progress, records }: Task): string {
  if (progress) {
    const { doneBytes, totalBytes } = progress;
    return totalBytes > 0 ? `${words[kind]} · ${share(doneBytes, totalBytes)}` : words[kind];
  }
  const first = records.slice(0, 3).join(', ');
  const few = records.length > 3 ? words.andMore(first) : first;
  if (kind === 'export') return words.written;
  if (kind === 'repair') return records.length > 0 ? words.mended(records.length, few) : words.nothingMended;
  return records.length > 0 ? words.broken(records.length, few) : words.whole;
}

export interface Fact {
  label: string;
  value: string;
}

export function factsOf({ preview: words, exactly }: ModelWords, preview: ImportPreview): Fact[] {
  const { layers, experts, topK, parameters, packBytes, committedBytes, spoolBytes, storage } = preview;
  const here = committedBytes > 0 ? words.hereAlready(formatBytes(committedBytes)) : '';
  const forAWhile = { label: words.forAWhile, value: words.forAWhileOf(formatBytes(spoolBytes)) };
  return [
    { label: words.found, value: preview.kind },
    { label: words.shape, value: words.shapeOf(layers, experts, topK) },
    {
      label: words.parameters,
      value: words.parametersOf(formatCount(parameters.total), formatCount(parameters.active)),
    },
    { label: words.context, value: words.tokens(preview.contextLength.toLocaleString('en')) },
    { label: words.toRead, value: formatBytes(preview.sourceBytes) },
    { label: words.toStore, value: `${words.toStoreOf(exactly(packBytes), preview.formats)}${here}` },
    ...(spoolBytes > 0 ? [forAWhile] : []),
    { label: words.storage, value: storage ? describeStorage(words, storage) : words.storageUnknown },
    {
      label: words.gpu,
      value: words.gpuOf(formatBytes(preview.leastBytes), formatBytes(preview.mostBytes)),
    },
  ];
}

export function describeStorage(words: { usedOf(used: string, free: string): string }, storage: StorageInfo): string {
  return words.usedOf(formatBytes(storage.usageBytes), formatBytes(freeBytes(storage)));
}

export function freeBytes({ usageBytes, quotaBytes }: Pick<StorageInfo, 'usageBytes' | 'quotaBytes'>): number {
  return Math.max(0, quotaBytes - usageBytes);
}

/** Said where the browser's own figure is less than what is needed; never a reason to refuse. */
export function roomWarning(
  { preview: words }: ModelWords,
  { packBytes, committedBytes, spoolBytes, storage }: ImportPreview,
): string | null {
  const needed = packBytes - committedBytes + spoolBytes;
  if (!storage || freeBytes(storage) >= needed) return null;
  return words.room(formatBytes(freeBytes(storage)), formatBytes(needed));
}

/** A model whose experts rarely all fit: what to expect, in words. */
export function speedWarning(
  { preview: words }: ModelWords,
  { mostBytes, leastBytes, topK, experts }: ImportPreview,
): string | null {
  if (mostBytes < 10e9 || topK >= experts) return null;
  return words.slow(formatBytes(mostBytes), formatBytes(leastBytes));
}

/** Whether the source has matrices that are no quants yet, for which there is a choice. */
export function hasFloats({ kind }: ImportPreview): boolean {
  return /\b(BF16|F16|F32)\b/.test(kind);
}

/** What an import that found no more room keeps: a figure that helps to decide. Empty where that is no question. */
export function describeKept(words: ModelWords, error: ErrorData, entry: ModelEntry | undefined): string {
  const isPart = entry !== undefined && entry.committedBytes > 0 && entry.status !== 'complete';
  if (error.code !== 'storage-full' || !isPart) return '';
  return words.kept(words.share(entry.committedBytes, entry.packBytes));
}
