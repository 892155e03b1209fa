import { readFile } from 'node:fs/promises';
import { parseTrace } from '../../src/paging/trace';
import { MixtabError } from '../../src/protocol/errors';
import type { Trace } from '../../src/protocol/trace';

/** A trace that `mixtab run --trace` wrote. Throws `trace-invalid`. */
export async function readTrace(file: string): Promise<Trace> {
  const content = await readFile(file, 'utf8').catch((error: Error) => {
    throw new MixtabError(
      'trace-invalid',
      `trace ${file}: expected a file, got ${error.message}`,
      'Make one with mixtab run --trace FILE.',
      {},
      error,
    );
  });
  return parseTrace(content);
}
