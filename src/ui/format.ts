const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** Decimal units, as drives and downloads count, with three figures at most: 8.2 MB, 25.4 GB, 113 MB. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999.5 and more would round up to four figures.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : trim(value)} ${UNITS[unit]}`;
}

/** `3.1 of 8.2 MB`: one unit where both have the same. */
export function formatShare(doneBytes: number, totalBytes: number): string {
  const done = formatBytes(doneBytes).split(' ');
  const total = formatBytes(totalBytes).split(' ');
  return done[1] === total[1] ? `${done[0]} of ${total.join(' ')}` : `${done.join(' ')} of ${total.join(' ')}`;
}

export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} s`;
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`;
  return `${trim(seconds / 3600)} h`;
}

export function formatPercent(share: number): string {
  const percent = share * 100;
  // Not 100% while anything was missed, nor 0% while anything was hit.
  if (percent > 99 && percent < 100) return `${(Math.floor(percent * 10) / 10).toFixed(1)}%`;
  if (percent > 0 && percent < 1) return `${(Math.ceil(percent * 10) / 10).toFixed(1)}%`;
  return `${Math.round(percent)}%`;
}

export function formatRate(perSecond: number): string {
  return trim(perSecond);
}

/** `14.4 M`, `46.7 B`: as people name model sizes. */
export function formatCount(count: number): string {
  if (count >= 1e9) return `${trim(count / 1e9)} B`;
  if (count >= 1e6) return `${trim(count / 1e6)} M`;
  return count.toLocaleString('en');
}

function trim(value: number): string {
  return value >= 99.95 ? Math.round(value).toString() : value.toFixed(1);
}
