/** Words and letters beside a name that promise the same package in another dress. */
import { bareOf, wordsOf } from './words.ts';

/** Words that promise the same package; ordinary words (`plugin`, `client`, `utils`) do not. */
const BAIT_WORDS: ReadonlySet<string> = new Set(
  'python python2 python3 py py2 py3 js the real official original new latest fixed fix patched updated update secure stable pro'.split(
    ' ',
  ),
);

export function isBait(word: string | undefined): boolean {
  return word !== undefined && BAIT_WORDS.has(word);
}

/** `momentjs`, not `moment-js`. */
const GLUED_SCRIPT = /^(.*[a-z]{4})js$/;
/** `requests3`. */
const GLUED_NUMBER = /^(.*[a-z]{4})\d$/;
/** `urllib3`, which is also sought as `urllib`. */
const NUMBERED = /^([a-z]{5,})\d$/;
/** `pyflask`, `python-flask` is made of words already; `noderequest`, `node-request`; `requests-lib`. */
const DRESSED = /^(?:(?:py|python|node-?)([a-z][a-z0-9]{4,}(?:-[a-z0-9]+)*)|([a-z][a-z0-9]{4,})-libs?)$/;

/** The name without bait words at its ends; and that without one digit or `js` glued to it (`requests3`, `momentjs`). */
export function coresOf(name: string): readonly string[] {
  const words = wordsOf(name);
  let [first, last] = [0, words.length];
  while (last - first > 1 && isBait(words[first])) first += 1;
  while (last - first > 1 && (isBait(words[last - 1]) || /^\d+$/.test(words[last - 1] ?? ''))) last -= 1;
  const core = words.slice(first, last).join('-');
  const [, unversioned] = GLUED_NUMBER.exec(core) ?? GLUED_SCRIPT.exec(core) ?? [];
  return unversioned === undefined ? [core] : [core, unversioned];
}

/** The name in the dress of a language; only worth asking beside names that everyone knows. */
export function undressed(name: string): string | undefined {
  const [, behind, before] = DRESSED.exec(name) ?? [];
  return behind ?? before;
}

/** The name without its number. */
export function withoutNumber(name: string): string | undefined {
  return NUMBERED.exec(name)?.[1];
}

export type Bait = 'script' | 'number' | 'lost number' | 'python' | 'word';

/** What stands beside the target in a name of the same core; `undefined` where a glued `js` stands beside something else. */
export function baitOf(name: string, target: string): Bait | undefined {
  if (target.startsWith(name)) return /\d/.test(target.slice(name.length)) ? 'lost number' : 'word';
  if (!name.includes(target)) {
    const [letters, meant] = [bareOf(name), bareOf(target)];
    // Each in a dress of its own: `ulid-py` beside `python-ulid`.
    if (!letters.includes(meant)) return /^py|py(?:thon)?\d?$/.test(meant) ? 'python' : undefined;
    // `crossenv.js`: what stood between the words is gone as well. With `js` glued to it that is a name of its own.
    return GLUED_SCRIPT.test(name) ? undefined : beside(letters.replace(meant, ''));
  }
  if (GLUED_SCRIPT.test(name) && !name.endsWith(`${target}js`) && !/\d|py/.test(name.replace(target, '')))
    return undefined;
  return beside(name.replace(target, ''));
}

function beside(rest: string): Bait {
  if (/\d/.test(rest)) return 'number';
  if (/py/.test(rest)) return 'python';
  return /js/.test(rest) ? 'script' : 'word';
}
