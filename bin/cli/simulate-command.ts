import { type Compared, compare } from '../../src/paging/comparison';
import { syntheticMixtral } from '../../src/paging/synthetic-routing';
import { POLICY_NAMES } from '../../src/protocol/paging';
import type { Trace } from '../../src/protocol/trace';
import { type SimulateCommand, UsageError } from './args';
import { readTrace } from './read-trace';
import { alignedRows } from './report-table';

/** Tokens of made-up routing: hit rates are then good to half a percent. */
const SYNTHETIC_TOKENS = 600;

const rough = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/** `mixtab simulate`: replays a trace under each policy and prints hits and speed of decode. */
export async function simulateCommand(command: SimulateCommand): Promise<void> {
  const trace = command.trace === 'mixtral' ? syntheticMixtral(SYNTHETIC_TOKENS) : await readTrace(command.trace);
  const { nLayers, nExperts } = trace.model;
  const experts = nLayers * nExperts;
  const least = Math.max(
    ...trace.steps.flatMap(({ tokens }) => tokens.flatMap(({ picks }) => picks.map((p) => p.length))),
  );
  if (command.slots !== undefined && (command.slots < least || command.slots > experts)) {
    throw new UsageError(`--slots: expected ${least} to ${experts}, got ${command.slots}`);
  }
  const counts =
    command.slots === undefined
      ? [0.25, 0.5, 0.75].map((s) => Math.max(least, Math.round(s * experts)))
      : [command.slots];
  const policies = command.policy ? [command.policy] : POLICY_NAMES;
  const rows = counts.map((slots) => compare(trace, slots, policies, command));
  const decoded = trace.steps.filter(({ phase }) => phase === 'decode').length;
  process.stdout.write(
    command.json
      ? `${JSON.stringify({ model: trace.model, decode_tokens: decoded, rows: rows.map(jsonRow) })}\n`
      : text(trace, decoded, rows, command),
  );
}

function jsonRow({ slots, policies, beladyHitRate }: Compared): object {
  return {
    slots,
    belady_hit_rate: beladyHitRate,
    policies: policies.map(({ policy, hitRate, tokensPerSecond, simulation: s }) => ({
      policy,
      hit_rate: hitRate,
      tok_s: tokensPerSecond,
      prefill: s.prefill,
      decode: s.decode,
      bytes_paged: s.bytes,
      stalls: s.stalls,
      stall_s: s.stallSeconds,
      seconds: s.seconds,
      layers: s.layers,
    })),
  };
}

function text(trace: Trace, decoded: number, rows: Compared[], command: SimulateCommand): string {
  const { name, nLayers, nExperts, topK } = trace.model;
  const experts = nLayers * nExperts;
  const names = rows[0]?.policies.map(({ policy }) => policy) ?? [];
  const share = (slots: number) => `${slots} (${Math.round((100 * slots) / experts)}%)`;
  const percent = (rate: number) => `${(100 * rate).toFixed(1)}%`;
  const hits = rows.map((row) => [
    share(row.slots),
    ...row.policies.map(({ hitRate }) => percent(hitRate)),
    percent(row.beladyHitRate),
  ]);
  const speeds = rows.map((row) => [
    share(row.slots),
    ...row.policies.map(({ tokensPerSecond }) => rough.format(tokensPerSecond)),
  ]);
  const gb = (bytes: number) => `${bytes / 1e9} GB/s`;
  return [
    `${name}: ${decoded} tokens decoded, ${nLayers} layers, ${topK} of ${nExperts} experts`,
    '\npicks of decode whose expert is resident; Belady: at most, knowing what comes',
    alignedRows([['slots', ...names, 'Belady'], ...hits]),
    `tok/s of decode (storage of ${gb(command.storageBytesPerSecond)}, GPU memory of ${gb(command.gpuBytesPerSecond)})`,
    alignedRows([['slots', ...names], ...speeds]),
  ].join('\n');
}
