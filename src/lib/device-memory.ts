/** Gigabytes of system memory, as far as the browser tells: it rounds them, and ends at 8 or so. */
export function deviceMemoryGb(): number | undefined {
  return 'deviceMemory' in navigator && typeof navigator.deviceMemory === 'number' ? navigator.deviceMemory : undefined;
}
