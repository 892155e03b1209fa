import { MixtabError } from '../protocol/errors';
import { firstBytes } from './body';
import { ForwardFile } from './forward-file';
import type { OpenWhole } from './open-http-file';
import { SpoolFile } from './spool';
import { canSpool } from './spool-files';

/** The files of one source whose host serves no ranges, and that are too long for memory. */
export function wholeFiles() {
  const spools: SpoolFile[] = [];
  const open: OpenWhole = async (remote, answer) => {
    if (isRecord(remote.name)) return new ForwardFile(remote, answer);
    try {
      if (!canSpool()) throw cannotRead(remote.name);
      const spool = await SpoolFile.open(remote, await firstBytes(answer));
      spools.push(spool);
      return spool;
    } finally {
      answer.end();
    }
  };
  return {
    open,
    spoolBytes: () => spools.reduce((sum, { size }) => sum + size, 0),
    close: async (keep: boolean) => {
      await Promise.all(spools.splice(0).map((spool) => spool.close(keep)));
    },
  };
}

/** Of a pack: it is read front to back. */
export const isRecord = (file: string): boolean => file.endsWith('.bin');

function cannotRead(file: string): MixtabError {
  return new MixtabError(
    'network-failed',
    `${file}: expected a host that serves ranges, got the whole file`,
    'It can be kept for the while only in a browser: download the file and choose it from disk.',
    { file },
  );
}
