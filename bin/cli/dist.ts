import { BuildError, buildApp } from '../../scripts/build.mjs';
import { MixtabError } from '../../src/protocol/errors';

/** Path of the built app, built first if its sources are newer. */
export async function buildDist(root: string, log: (line: string) => void): Promise<string> {
  try {
    return await buildApp(root, log);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    throw new MixtabError('internal', error.message, 'Mend what the build reports.');
  }
}
