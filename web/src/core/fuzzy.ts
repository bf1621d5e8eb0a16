/**
 * How well a text answers what somebody typed: the letters must come in order, and count more where they begin a word or follow one another.
 * @returns nothing when a letter is missing; spaces in the query separate words that may stand anywhere.
 */
export function fuzzy(query: string, text: string): number | undefined {
  let sum = 0;
  for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const score = wordScore(word, text);
    if (score === undefined) return undefined;
    sum += score;
  }
  return sum;
}

const START = 8;
const RUN = 5;
const WHOLE = 20;

function wordScore(word: string, text: string): number | undefined {
  const lower = text.toLowerCase();
  const whole = lower.indexOf(word);
  if (whole >= 0) return WHOLE + word.length * RUN + (beginsWord(text, whole) ? START * 2 : 0) - Math.min(10, whole / 10);
  let score = 0;
  let at = -1;
  for (const letter of word) {
    const begin = nextStart(text, lower, letter, at + 1);
    const plain = lower.indexOf(letter, at + 1);
    if (plain < 0) return undefined;
    // The letter right after the last one, else the beginning of a word, else wherever it comes.
    const next = plain === at + 1 && at >= 0 ? plain : begin >= 0 ? begin : plain;
    score += (next === at + 1 && at >= 0 ? RUN : 0) + (beginsWord(text, next) ? START : 0) - Math.min(5, Math.max(0, next - at - 1) / 4);
    at = next;
  }
  return score;
}

const beginsWord = (text: string, at: number): boolean =>
  at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]!) || (/\p{Lu}/u.test(text[at]!) && /\p{Ll}/u.test(text[at - 1]!));

function nextStart(text: string, lower: string, letter: string, from: number): number {
  for (let at = lower.indexOf(letter, from); at >= 0; at = lower.indexOf(letter, at + 1)) if (beginsWord(text, at)) return at;
  return -1;
}
