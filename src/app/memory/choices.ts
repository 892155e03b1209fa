import type { BudgetInfo, ModelInfo } from '../../protocol/engine';

/** Shorter ones hold hardly a question. */
const SHORTEST_CONTEXT = 256;

/** Context lengths to choose from: powers of two up to the model's own, which is one of them, as is the present one. */
export function contextChoices({ contextLength, maxContextLength }: ModelInfo): number[] {
  const choices = new Set([contextLength, maxContextLength]);
  for (let length = SHORTEST_CONTEXT; length < maxContextLength; length *= 2) choices.add(length);
  return [...choices].sort((a, b) => a - b);
}

/** Bytes of the KV cache at a length. */
export function kvBytesAt({ kvBytes, contextLength }: ModelInfo, length: number): number {
  return (kvBytes / contextLength) * length;
}

/** How many more experts would have room with another context; negative: fewer. */
export function slotsGained(info: ModelInfo, { slotBytes }: BudgetInfo, length: number): number {
  const gained = (info.kvBytes - kvBytesAt(info, length)) / slotBytes;
  return gained < 0 ? Math.floor(gained) : Math.trunc(gained);
}

/** Least share of all experts that is worth a choice of its own. */
const LEAST_RAM_SHARE = 1 / 32;

/** Sizes of the RAM tier to choose from, bytes: powers of two in a handy unit, and all experts; `chosen` is one of them. */
export function ramChoices(expertsBytes: number, chosen: number | undefined): number[] {
  const unit = 1000 ** Math.floor(Math.log10(expertsBytes) / 3);
  const choices = new Set([expertsBytes]);
  for (let bytes = unit; bytes < expertsBytes; bytes *= 2) {
    if (bytes >= expertsBytes * LEAST_RAM_SHARE) choices.add(bytes);
  }
  if (chosen) choices.add(chosen);
  return [...choices].sort((a, b) => a - b);
}
