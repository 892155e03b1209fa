import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { parseCommand, type SimulateCommand, UsageError } from './args';
import { simulateCommand } from './simulate-command';

const TRACE = fileURLToPath(new URL('../../tests/fixtures/traces/tiny.ndjson', import.meta.url));

afterEach(() => vi.restoreAllMocks());

const command = (...args: string[]) => parseCommand(['simulate', ...args]) as SimulateCommand;

async function printed(...args: string[]): Promise<string> {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  await simulateCommand(command(...args));
  return written.join('');
}

test('simulate takes a trace and what machine to think of', () => {
  expect(command('mixtral')).toEqual({
    name: 'simulate',
    trace: 'mixtral',
    policy: undefined,
    slots: undefined,
    storageBytesPerSecond: 1e9,
    gpuBytesPerSecond: 400e9,
    json: false,
  });
  expect(command('t', '--policy', 'lfu', '--slots', '9', '--storage-gbps', '3')).toMatchObject({
    policy: 'lfu',
    slots: 9,
    storageBytesPerSecond: 3e9,
  });
  expect(() => command()).toThrow(UsageError);
  expect(() => command('t', '--policy', 'fifo')).toThrow(/--policy: expected .*lru.*, got fifo/);
  expect(() => command('t', '--slots', '0')).toThrow(/--slots/);
});

test('prints hits and speed of every policy and of Belady at a quarter, a half and three quarters of the experts', async () => {
  const text = await printed(TRACE);
  expect(text).toMatch(/^Mixtab Tiny: 2403 tokens decoded, 4 layers, 2 of 8 experts\n/);
  expect(text).toMatch(/\nslots +lru +lfu +lfru +least-stale +reuse +Belady\n8 \(25%\) +24\.8% /);
  expect(text.match(/\n16 \(50%\) /g)).toHaveLength(2);
});

test('--json has one policy at one number of slots in full: phases, layers, bytes, time', async () => {
  const report = JSON.parse(await printed(TRACE, '--json', '--policy', 'lru', '--slots', '16', '--storage-gbps', '2'));
  expect(report).toMatchObject({ model: { name: 'Mixtab Tiny' }, decode_tokens: 2403, rows: [{ slots: 16 }] });
  const [row] = report.rows;
  const [lru] = row.policies;
  expect(row.policies.length).toBe(1);
  expect(lru.hit_rate).toBeLessThan(row.belady_hit_rate);
  expect(lru.decode.hits + lru.decode.misses).toBe(2403 * 8);
  expect(lru.layers.length).toBe(4);
  expect(lru.bytes_paged).toBe(lru.decode.misses * report.model.expertBytes);
  expect(lru.stall_s).toBeCloseTo(lru.bytes_paged / 2e9, 9);
  expect(lru.tok_s).toBeCloseTo(2403 / lru.seconds, 6);
});

test('slots that cannot be are refused, and a trace that is not there', async () => {
  await expect(printed(TRACE, '--slots', '1')).rejects.toThrow(/--slots: expected 2 to 32, got 1/);
  await expect(printed('nowhere.ndjson')).rejects.toMatchObject({ code: 'trace-invalid' });
});
