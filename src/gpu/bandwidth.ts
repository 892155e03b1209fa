import { Commands } from './commands';
import { openGpu } from './device';
import { compileKernel, dispatchOf, kernelVariants } from './kernels';
import { matvecBlocks } from './shape';
import { USAGE } from './usage';

/** Matrices to measure, rows by columns: large ones stream, small ones lie in a cache. */
const SHAPES = [
  [4096, 4096],
  [2048, 1024],
  [2048, 256],
] as const;

/** Runs of each, whose median counts. */
const ROUNDS = 5;

/** A variant that is this many times slower than the best is not measured further. */
const HOPELESS = 4;

/** Bytes that one measured run reads at least, so that the submit is a small part of it. */
const RUN_BYTES = 8e6;

export interface Bandwidth {
  bytesPerSecond: number;
  /** Variant and shape that reached it. */
  by: string;
}

/** The most bytes a second that this project's own q4 matvec reads on this adapter, over all its variants: the floor that decode is measured against. */
export async function measureMatvecBandwidth(): Promise<Bandwidth> {
  const gpu = await openGpu();
  try {
    let best: Bandwidth = { bytesPerSecond: 0, by: '' };
    for (const variant of kernelVariants(gpu)) {
      for (const [rows, cols] of SHAPES) {
        const bytes = rows * cols * 0.5625;
        const [state, a, w, scale, x] = await gpu.memory.create(
          [256, cols * 4, (rows * cols) / 2, (rows * cols) / 16, rows * 4].map((size) => ({
            label: 'bandwidth',
            bytes: size,
            usage: USAGE.storage | USAGE.copyTarget,
          })),
        );
        if (!state || !a || !w || !scale || !x) continue;
        gpu.device.queue.writeBuffer(state, 0, Uint32Array.of(0xffffffff));
        const kernel = await compileKernel(gpu, 'attention-out', { DIM: rows, COLS: cols }, variant, 'q4');
        const dispatch = dispatchOf({ 'attention-out': kernel }, 'attention-out', { state, a, w, scale, x }, [
          matvecBlocks(variant, rows / 2),
        ]);
        const repeats = Math.ceil(RUN_BYTES / bytes);
        const rates: number[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          const startedAt = performance.now();
          const commands = new Commands(gpu, 'bandwidth');
          for (let i = 0; i < repeats; i++) commands.run(dispatch);
          commands.submit();
          await gpu.device.queue.onSubmittedWorkDone();
          rates.push((bytes * repeats * 1000) / (performance.now() - startedAt));
          if ((rates[0] ?? 0) * HOPELESS < best.bytesPerSecond) break;
        }
        const bytesPerSecond = rates.toSorted((a, b) => a - b)[Math.floor(rates.length / 2)] ?? 0;
        if (bytesPerSecond > best.bytesPerSecond) best = { bytesPerSecond, by: `${variant.name} ${rows}x${cols}` };
        gpu.memory.destroyAll();
      }
    }
    return best;
  } finally {
    gpu.device.destroy();
  }
}
