import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatPercent, formatSeconds, formatShare } from './format';

describe('format', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [8_200_000, '8.2 MB'],
    [99_960_000, '100 MB'],
    [999_600_000, '1.0 GB'],
    [25_400_000_000, '25.4 GB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('says one unit where both are the same', () => {
    expect(formatShare(3_100_000, 8_200_000)).toBe('3.1 of 8.2 MB');
    expect(formatShare(310_000, 8_200_000)).toBe('310 kB of 8.2 MB');
  });

  it.each([
    [0.2, '1 s'],
    [59.1, '60 s'],
    [61, '2 min'],
    [7200, '2.0 h'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  it.each([
    [0, '0%'],
    [0.0001, '0.1%'],
    [0.595, '60%'],
    [0.9999, '99.9%'],
    [1, '100%'],
  ])('a share of %d is %s', (share, text) => {
    expect(formatPercent(share)).toBe(text);
  });

  it('names model sizes', () => {
    expect(formatCount(14_400_000)).toBe('14.4 M');
    expect(formatCount(46_700_000_000)).toBe('46.7 B');
  });
});
