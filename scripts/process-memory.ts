import { readdirSync, readFileSync } from 'node:fs';

/**
 * Bytes of memory that a process and all that it started hold together, pages that they share counted once (PSS); null where the system
 * does not tell, as all but Linux.
 */
export const treeBytes = (pid: number): number | null => sumBytes(pid, () => true);

/** As {@link treeBytes}, of all that a process started, without itself. */
export const startedBytes = (pid: number): number | null => sumBytes(pid, (child) => child !== pid);

function sumBytes(pid: number, counts: (child: number) => boolean): number | null {
  if (readText('/proc/self/smaps_rollup') === null) return null;
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const status = /^\d+$/.test(name) ? readText(`/proc/${name}/status`) : null;
    if (status) parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]));
  }
  const isBelow = (child: number): boolean => {
    for (let at: number | undefined = child; at; at = parents.get(at)) if (at === pid) return true;
    return false;
  };
  let kib = 0;
  for (const child of parents.keys()) {
    if (counts(child) && isBelow(child))
      kib += Number(/^Pss:\s+(\d+)/m.exec(readText(`/proc/${child}/smaps_rollup`) ?? '')?.[1] ?? 0);
  }
  return kib * 1024;
}

/** Null of a process that has ended meanwhile. */
function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
