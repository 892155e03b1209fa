import { describe, expect, it } from 'vitest';
import { PushStream } from './push-stream';

describe('PushStream', () => {
  it('delivers in order what comes before and after the reader', async () => {
    const stream = new PushStream<number>();
    stream.push(1);
    const all: number[] = [];
    const reading = (async () => {
      for await (const value of stream) all.push(value);
    })();
    stream.push(2);
    await Promise.resolve();
    stream.push(0);
    stream.end();
    stream.push(9);
    await reading;
    expect(all).toEqual([1, 2, 0]);
  });

  it('delivers what was there, throws once, then is done', async () => {
    const stream = new PushStream<number>();
    stream.push(1);
    stream.fail(new Error('x'));
    stream.end();
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    await expect(stream.next()).rejects.toThrow('x');
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('tells once that its reader left, and not after the end', async () => {
    let left = 0;
    const stream = new PushStream<number>(() => left++);
    stream.push(1);
    await stream.return();
    await stream.return();
    expect(await stream.next()).toMatchObject({ done: true });
    const ended = new PushStream<number>(() => left++);
    ended.end();
    await ended.return();
    expect(left).toBe(1);
  });

  it('serves several waiting readers', async () => {
    const stream = new PushStream<number>();
    const both = Promise.all([stream.next(), stream.next()]);
    stream.push(1);
    stream.end();
    expect(await both).toEqual([
      { done: false, value: 1 },
      { done: true, value: undefined },
    ]);
  });
});
