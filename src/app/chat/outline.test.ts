import { describe, expect, it } from 'vitest';
import type { Answer, Author, Entry, Question } from '../state/chat';
import { lastAuthor, outlineOf } from './outline';

const author = (id: string): Author => ({ id, name: id, server: null });
const asked = (id: string, parent: string | null): Question => ({
  ...{ id, parent, createdAt: 0, text: id },
  ...{ role: 'user', files: [] },
});
const answered = (id: string, parent: string, by: Author | null): Answer => ({
  ...{ id, parent, createdAt: 0, text: '' },
  ...{ role: 'assistant', status: 'done', by, figures: null, forgotten: 0 },
});

const path: Entry[] = [
  asked('q1', null),
  answered('a1', 'q1', author('tiny')),
  asked('q2', 'a1'),
  answered('a2', 'q2', null),
  asked('q3', 'a2'),
  answered('a3', 'q3', author('tiny')),
  asked('q4', 'a3'),
  answered('a4', 'q4', author('large')),
];

describe('outlineOf', () => {
  it('says who answers from here on before the question, where that is known to be someone else', () => {
    const rows = outlineOf(path, []);
    expect(rows.filter(({ newAuthor }) => newAuthor).map(({ id, newAuthor }) => [id, newAuthor?.id])).toEqual([
      ['q4', 'large'],
    ]);
  });

  it('is the same while an answer grows, and keeps the rows before a new question', () => {
    const before = outlineOf(path, []);
    const last = path.at(-1) as Answer;
    expect(outlineOf([...path.slice(0, -1), { ...last, text: 'more', by: author('large') }], before)).toBe(before);
    const longer = outlineOf([...path, asked('q5', 'a4')], before);
    expect(longer).not.toBe(before);
    expect(longer.slice(0, -1).every((row, index) => row === before[index])).toBe(true);
  });

  it('draws a branch in the place of the one beside it', () => {
    const other = outlineOf([...path.slice(0, -1), answered('a5', 'q4', author('large'))], []);
    expect(other.at(-1)?.place).toBe(outlineOf(path, []).at(-1)?.place);
  });
});

describe('lastAuthor', () => {
  it('is of the last answer that names one', () => {
    expect(lastAuthor(path)?.id).toBe('large');
    expect(lastAuthor(path.slice(0, 4))?.id).toBe('tiny');
    expect(lastAuthor([])).toBeNull();
  });
});
