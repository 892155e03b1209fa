/**
 * The RAM tier's bytes where the user names none: a quarter of the device's memory, at most 4 GB, at most what all experts take, and none when
 * every expert has a slot on the GPU. `deviceMemoryGb`: `navigator.deviceMemory`, which not every browser has.
 */
export function defaultRamBytes(
  deviceMemoryGb: number | undefined,
  expertsBytes: number,
  gpuSlotsBytes: number,
): number {
  if (gpuSlotsBytes >= expertsBytes) return 0;
  const share = deviceMemoryGb === undefined ? 1e9 : Math.min((deviceMemoryGb * 1e9) / 4, 4e9);
  return Math.min(share, expertsBytes);
}
