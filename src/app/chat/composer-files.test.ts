import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Drafts } from './composer-drafts';
import { attach, MOST_FILE_BYTES, readText } from './composer-files';

const fileOf = (bytes: Uint8Array<ArrayBuffer> | string, name = 'a.txt') => new File([bytes], name);

describe('readText', () => {
  it('takes any text as it stands, with line ends made one', async () => {
    const texts = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => /^[^\p{Cc}\ufeff]+$/u.test(text));
    await fc.assert(
      fc.asyncProperty(fc.array(texts, { minLength: 1 }), fc.constantFrom('\n', '\r\n', '\r'), async (lines, end) => {
        fc.pre(lines.join('').trim() !== '');
        expect(await readText(fileOf(lines.join(end)))).toMatchObject({ name: 'a.txt', text: lines.join('\n') });
      }),
    );
  });

  it('refuses what holds a NUL or breaks UTF-8, whatever it is called', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 });
    await fc.assert(
      fc.asyncProperty(bytes, bytes, fc.constantFrom(0x00, 0xff, 0xc0), async (before, after, wrong) => {
        const file = fileOf(new Uint8Array([...before, wrong, ...after]), 'notes.md');
        expect(await readText(file)).toMatchObject({ name: 'notes.md', reason: 'binary' });
      }),
    );
  });

  it('refuses what is empty, too large, or cannot be read', async () => {
    expect(await readText(fileOf(''))).toMatchObject({ reason: 'empty' });
    expect(await readText(fileOf(' \n'))).toMatchObject({ reason: 'empty' });
    expect(await readText(fileOf('x'.repeat(MOST_FILE_BYTES)))).toHaveProperty('text');
    expect(await readText(fileOf('x'.repeat(MOST_FILE_BYTES + 1)))).toMatchObject({ reason: 'too-large' });
    const gone = Object.assign(fileOf('x'), {
      arrayBuffer: () => Promise.reject(new DOMException('', 'NotFoundError')),
    });
    expect(await readText(gone)).toMatchObject({ reason: 'unreadable' });
  });
});

describe('attach', () => {
  it('keeps what is a text, says what is not, and takes the same file once', async () => {
    const drafts = new Drafts(null);
    drafts.change('a', { text: 'typed' });
    await attach(drafts, 'a', [fileOf('one'), fileOf('\0', 'b.bin')]);
    expect(drafts.of('a')).toEqual({
      text: 'typed',
      files: [{ name: 'a.txt', text: 'one', bytes: 3 }],
      refusals: [{ name: 'b.bin', bytes: 1, reason: 'binary' }],
    });
    await attach(drafts, 'a', [fileOf('one'), fileOf('two')]);
    expect(drafts.of('a')).toMatchObject({ files: [{ text: 'one' }, { text: 'two' }], refusals: [] });
  });
});
