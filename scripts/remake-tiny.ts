import { join } from 'node:path';
import { convert } from '../bin/cli/convert';

/** All that derives from the weights of the embedded model, remade below `root`. */
export async function remakeTiny(source: string, root: string, log: (line: string) => void): Promise<void> {
  const pack = join(root, 'public/models/tiny');
  await convert(source, pack, { format: 'q4', name: 'Mixtab Tiny' }, log);
}
