import { describe, expect, it } from 'vitest';
import { entryOf, previewOf, progressOf } from '../../../tests/stand-in-library';
import { en } from '../i18n/en';
import { describeEntry, describeTask, formatAgo, hasFloats, importLine, roomWarning, speedWarning } from './words';

const words = en.models;

describe('words', () => {
  it('say how far an import is', () => {
    expect(importLine(words, progressOf())).toBe('Experts · 3.1 of 26.4 GB · 85.0 MB/s · 5 min left');
    expect(importLine(words, progressOf({ bytesPerSecond: null, secondsLeft: null }))).toBe('Experts · 3.1 of 26.4 GB');
  });

  it('say what a model is and what of it is here', () => {
    expect(describeEntry(words, entryOf())).toContain('26.4 GB · q4 · TheBloke');
    expect(describeEntry(words, entryOf({ status: 'paused', committedBytes: 3e9 }))).toContain('3.0 of 26.4 GB here');
    const pruned = { of: 'Mixtral-8x7B', kept: 6, experts: 8 };
    expect(describeEntry(words, entryOf({ sourceKind: 'pruned', pruned }))).toContain(
      'pruned from Mixtral-8x7B, 6 of 8 experts',
    );
  });

  it('warn of room only where the browser names less than is still needed', () => {
    expect(roomWarning(words, previewOf())).toContain('10.7 GB');
    expect(roomWarning(words, previewOf({ committedBytes: 25e9 }))).toBeNull();
    expect(roomWarning(words, previewOf({ committedBytes: 25e9, spoolBytes: 26e9 }))).not.toBeNull();
    expect(roomWarning(words, previewOf({ storage: null }))).toBeNull();
  });

  it('say what to expect of a model that is too large for most GPUs', () => {
    expect(speedWarning(words, previewOf())).toContain('30.9 GB');
    expect(speedWarning(words, previewOf({ mostBytes: 15e6 }))).toBeNull();
  });

  it('offer a choice of format for what is no quant yet', () => {
    expect(hasFloats(previewOf({ kind: 'safetensors, BF16' }))).toBe(true);
    expect(hasFloats(previewOf())).toBe(false);
  });

  it('name a day as people do', () => {
    const now = Date.UTC(2026, 10, 22, 12);
    const daysAgo = (days: number) => formatAgo(words, now - days * 86_400_000, now);
    expect([0, 1, 3, 90].map(daysAgo)).toEqual(['today', 'yesterday', '3 days ago', '3 months ago']);
    expect(formatAgo(words, now + 5000, now)).toBe('today');
  });

  it('tell what a check found', () => {
    const done = { kind: 'verify', progress: null } as const;
    expect(describeTask(words, { ...done, records: [] })).toBe('Every byte is as it should be.');
    expect(describeTask(words, { ...done, records: ['a', 'b', 'c', 'd'] })).toBe(
      '4 parts missing or broken: a, b, c and more.',
    );
  });
});
