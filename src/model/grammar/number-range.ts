/** A range of numbers; a bound that is left out is as far as fifteen digits go. */
export interface NumberRange {
  integer: boolean;
  least?: { value: number; open: boolean } | undefined;
  most?: { value: number; open: boolean } | undefined;
}

/** Digits before the point, and behind it, that a double holds. */
const DIGITS = 15;
const FARTHEST = 10n ** BigInt(DIGITS) - 1n;

/** A bound of a magnitude: its digits before and behind the point, the last of these no 0. */
interface Bound {
  whole: bigint;
  fraction: string;
  open: boolean;
}

/** EBNF of the numbers in a range, as JSON writes them, without exponents. Null where there are none. XGrammar's own ranges let others through. */
export function rangeEbnf({ integer, least, most }: NumberRange): string | null {
  const alternatives: string[] = [];
  const below = least === undefined || least.value < 0;
  const above = most === undefined || most.value >= 0;
  if (below) {
    const nearest = most !== undefined && most.value < 0 ? boundOf(-most.value, most.open) : ZERO_OPEN;
    const farthest = least === undefined ? boundOf(Number(FARTHEST)) : boundOf(-least.value, least.open);
    alternatives.push(...magnitudes(nearest, farthest, integer).map((part) => `"-" ${part}`));
  }
  if (above) {
    const nearest = least !== undefined && least.value >= 0 ? boundOf(least.value, least.open) : boundOf(0);
    const farthest = most === undefined ? boundOf(Number(FARTHEST)) : boundOf(most.value, most.open);
    alternatives.push(...magnitudes(nearest, farthest, integer));
  }
  return alternatives.length === 0 ? null : oneOf(alternatives);
}

const ZERO_OPEN: Bound = { whole: 0n, fraction: '', open: true };

function boundOf(value: number, open = false): Bound {
  const plain = value > Number(FARTHEST) ? String(FARTHEST) : value.toFixed(DIGITS);
  const [whole = '0', fraction = ''] = (
    /e/.test(String(value)) ? plain : String(Math.min(value, Number(FARTHEST)))
  ).split('.');
  return { whole: BigInt(whole), fraction: fraction.slice(0, DIGITS).replace(/0+$/, ''), open };
}

function magnitudes(low: Bound, high: Bound, integer: boolean): string[] {
  if (low.whole > high.whole) return [];
  if (integer) {
    const first = low.fraction !== '' || low.open ? low.whole + 1n : low.whole;
    const last = high.fraction === '' && high.open ? high.whole - 1n : high.whole;
    return wholes(first, last);
  }
  if (low.whole === high.whole)
    return withFraction(`"${low.whole}"`, between(low.fraction, high.fraction, low.open, high.open));
  return [
    ...withFraction(`"${low.whole}"`, from(low.fraction, low.open)),
    ...wholes(low.whole + 1n, high.whole - 1n).flatMap((part) => withFraction(part, from('', false))),
    ...withFraction(`"${high.whole}"`, to(high.fraction, high.open)),
  ];
}

/** A fraction without digits has no point. */
function withFraction(whole: string, fractions: string[]): string[] {
  return fractions.map((digits) => (digits === '""' ? whole : `${whole} "." ${digits}`));
}

/** Whole numbers from `first` to `last`, by their number of digits. */
function wholes(first: bigint, last: bigint): string[] {
  if (first > last) return [];
  const parts: string[] = [];
  for (let length = String(first).length; length <= String(last).length; length++) {
    const [least, most] = [length === 1 ? 0n : 10n ** BigInt(length - 1), 10n ** BigInt(length) - 1n];
    parts.push(sameLength(String(first > least ? first : least), String(last < most ? last : most)));
  }
  return parts;
}

function sameLength(low: string, high: string): string {
  if (low === high) return `"${low}"`;
  const length = low.length - 1;
  if (/^0*$/.test(low) && /^9*$/.test(high)) return `[0-9]{${length + 1}}`;
  const [a, b] = [Number(low[0]), Number(high[0])];
  if (a === b) return `"${a}" ${sameLength(low.slice(1), high.slice(1))}`;
  const rest = length === 0 ? '' : ` [0-9]{${length}}`;
  if (length === 0) return `[${a}-${b}]`;
  const middle = b - a > 1 ? [`[${a + 1}-${b - 1}]${rest}`] : [];
  return oneOf([
    `"${a}" ${sameLength(low.slice(1), '9'.repeat(length))}`,
    ...middle,
    `"${b}" ${sameLength('0'.repeat(length), high.slice(1))}`,
  ]);
}

/** Digits t, perhaps none, with 0.t from 0.low on. */
function from(low: string, open: boolean, room = DIGITS): string[] {
  if (low === '') return open ? [`"0"{0,${room - 1}} [1-9] [0-9]{0,${room - 1}}`] : ['""', `[0-9]{1,${room}}`];
  const digit = Number(low[0]);
  const larger = digit < 9 ? [`[${digit + 1}-9] [0-9]{0,${room - 1}}`] : [];
  return [...larger, ...behind(digit, from(low.slice(1), open, room - 1))];
}

/** Digits t with 0.t up to 0.high. */
function to(high: string, open: boolean, room = DIGITS): string[] {
  if (high === '') return open ? [] : ['""'];
  const digit = Number(high[0]);
  const smaller = digit > 0 ? [`[0-${digit - 1}] [0-9]{0,${room - 1}}`] : [];
  return ['""', ...smaller, ...behind(digit, to(high.slice(1), open, room - 1))];
}

function between(low: string, high: string, lowOpen: boolean, highOpen: boolean, room = DIGITS): string[] {
  if (high === '') return low === '' && !lowOpen && !highOpen ? ['""'] : [];
  if (low === '' && !lowOpen) return to(high, highOpen, room);
  const [a, b] = [Number(low[0] ?? 0), Number(high[0])];
  if (a > b) return [];
  if (a === b) return behind(a, between(low.slice(1), high.slice(1), lowOpen, highOpen, room - 1));
  const middle = b - a > 1 ? [`[${a + 1}-${b - 1}] [0-9]{0,${room - 1}}`] : [];
  return [
    ...behind(a, from(low.slice(1), lowOpen, room - 1)),
    ...middle,
    ...behind(b, to(high.slice(1), highOpen, room - 1)),
  ];
}

function behind(digit: number, tails: string[]): string[] {
  return tails.length === 0 ? [] : [`"${digit}" ${oneOf(tails)}`];
}

const oneOf = (parts: string[]) => (parts.length === 1 ? (parts[0] as string) : `( ${parts.join(' | ')} )`);
