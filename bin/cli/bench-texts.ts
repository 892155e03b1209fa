import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HeldOutText } from '../../bench/lossy';
import { buildDist } from './dist';
import { snakeCase } from './report';
import { openSession, type Session } from './session';
import { StatusLine } from './status-line';

/** Texts that the embedded model was not trained on, as token ids. */
const TEXTS = 'tests/fixtures/tiny/eval.json';

export interface TextBench<Report extends object> {
  /** Of its profile's folder. */
  name: string;
  run(session: Session, texts: HeldOutText[], log: (line: string) => void): Promise<Report>;
  /** The report for people. */
  text(report: Report): string;
}

/** Measures the embedded model on held-out texts in a browser profile of its own, which is removed at the end, and prints what came of it. */
export async function benchOnTexts<Report extends object>(
  { name, run, text }: TextBench<Report>,
  { json }: { json: boolean },
  root: string,
  signal: AbortSignal,
): Promise<void> {
  const status = new StatusLine(process.stderr);
  const texts: HeldOutText[] = JSON.parse(await readFile(join(root, TEXTS), 'utf8'));
  const dist = await buildDist(root, status.log);
  const profileDir = await mkdtemp(join(tmpdir(), `mixtab-${name}-`));
  try {
    const session = await openSession({ dist, mounts: {}, profileDir, signal, onEvent: () => {} });
    try {
      const report = await run(session, texts, status.log);
      status.clear();
      process.stdout.write(json ? `${JSON.stringify(snakeCase(report, 6))}\n` : text(report));
    } finally {
      await session.close();
    }
  } finally {
    status.clear();
    await rm(profileDir, { recursive: true, force: true });
  }
}
