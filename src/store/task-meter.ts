import type { TaskProgress } from '../protocol/library';

export interface TaskOptions {
  /** At the beginning, at the end, and some hundred times in between. */
  onProgress?: ((progress: TaskProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Parts of the whole in which progress is told. */
const STEPS = 200;

/** Adds up what a task has done, and tells it; the first time at once. */
export function taskMeter(
  totalBytes: number,
  onProgress: TaskOptions['onProgress'],
  doneBefore = 0,
): (bytes: number) => void {
  let doneBytes = doneBefore;
  let toldBytes = doneBefore;
  onProgress?.({ doneBytes, totalBytes });
  return (bytes) => {
    doneBytes += bytes;
    if (doneBytes < totalBytes && doneBytes - toldBytes < totalBytes / STEPS) return;
    toldBytes = doneBytes;
    onProgress?.({ doneBytes, totalBytes });
  };
}
