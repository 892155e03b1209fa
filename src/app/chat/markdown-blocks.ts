/**
 * Cuts Markdown where one block surely ends and another begins: before a line that follows a blank one, unless a list, code or maths may go on
 * there. While an answer streams, all but the last block are settled: more text cuts them the same, so only the last is parsed again.
 * Joined they are the text. Where it is not sure, it does not cut: a longer block costs time, a wrong cut would change what is shown.
 */
export function splitBlocks(text: string): string[] {
  const blocks: string[] = [];
  let begin = 0;
  let state = OUTSIDE;
  let blank = false;
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const isWhole = newline >= 0;
    const line = text.slice(at, isWhole ? newline : undefined).replace(/\r$/, '');
    if (state.nested && /^\S/.test(line)) break; // Code outdented from its item: parsers alone know where that ends.
    if (blank && at > begin && state.closing === null && beginsAnew(line, isWhole, state.inList)) {
      blocks.push(text.slice(begin, at));
      begin = at;
      state = OUTSIDE;
    }
    if (!isWhole) break;
    blank = line.trim() === '';
    state = after(state, line);
    at = newline + 1;
  }
  if (begin < text.length) blocks.push(text.slice(begin));
  return blocks;
}

interface State {
  /** What a line must match to end the code or maths that it is in; null outside of them. */
  closing: RegExp | null;
  /** That code or maths may belong to a list's item. */
  nested: boolean;
  inList: boolean;
}

const OUTSIDE: State = { closing: null, nested: false, inList: false };

const ITEM = /^(?!\s*([-*])(?:\s*\1){2,}\s*$)\s*(?:[-+*]|\d{1,9}[.)])(?:\s|$)/;
/** A fence, also in the line that begins a list's item. */
const FENCE = /^((?:\s*(?:[-+*]|\d{1,9}[.)])\s+)*\s*)(`{3,}(?=[^`]*$)|~{3,})/;
/** Maths that does not end in the line where it begins. */
const DOLLARS = /^(\s*)\$\$(?!.*\$\$)/;
const BRACKET = /^(\s*)\\\[(?!.*\\\])/;

/** A whole line's effect. */
function after(state: State, line: string): State {
  if (state.closing !== null) return state.closing.test(line) ? { ...state, closing: null, nested: false } : state;
  const inList = state.inList || ITEM.test(line);
  const opening = FENCE.exec(line) ?? DOLLARS.exec(line) ?? BRACKET.exec(line);
  if (!opening) return { ...state, inList };
  const [, indent = '', fence] = opening;
  return { closing: closingOf(fence, indent.length, line), nested: inList && indent !== '', inList };
}

function closingOf(fence: string | undefined, indent: number, line: string): RegExp {
  if (fence) return new RegExp(`^\\s{0,${indent + 3}}${fence[0]}{${fence.length},}\\s*$`);
  return DOLLARS.test(line) ? /\$\$\s*$/ : /\\\]/;
}

/** Whether a line after a blank one begins a block; of one that is still being written, only what more of it cannot change. */
function beginsAnew(line: string, isWhole: boolean, inList: boolean): boolean {
  if (!/^\S/.test(line)) return false;
  if (!inList) return true;
  return !ITEM.test(line) && (isWhole || !/^(?:[-+*]|\d{1,9}[.)]?)$/.test(line));
}
