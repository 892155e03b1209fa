import { describe, expect, it } from 'vitest';
import { ReusedBuffers } from './reused-buffers';

describe('buffers that are reused', () => {
  it('are lent anew once they were given back, and to one at a time', () => {
    const memory = new ReusedBuffers();
    const [first, second] = [memory.take(1000), memory.take(2000)];
    expect(second.buffer).not.toBe(first.buffer);
    memory.give(first);
    memory.give(first);
    const [third, fourth] = [memory.take(3_000_000), memory.take(10)];
    expect(third.length).toBe(3_000_000);
    expect(third.buffer).toBe(first.buffer);
    expect([first.buffer, second.buffer]).not.toContain(fourth.buffer);
  });

  it('are long enough, whatever is there', () => {
    const memory = new ReusedBuffers();
    memory.give(memory.take(4 * 1024 * 1024));
    expect(memory.take(4 * 1024 * 1024 + 1).length).toBe(4 * 1024 * 1024 + 1);
  });

  it('of others are not taken in', () => {
    const memory = new ReusedBuffers();
    const own = new Uint8Array(4 * 1024 * 1024);
    memory.give(own);
    expect(memory.take(100).buffer).not.toBe(own.buffer);
  });
});
