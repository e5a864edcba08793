/** Names as their language reads them, where they are written otherwise: `\u0065val` in JavaScript, `ｅval` in Python. */
import type { ContentFile } from '../../domain/content.ts';
import { isPlainAscii } from './hidden-text.ts';
import { languageOf } from './language.ts';

/** An escape of an ASCII letter, digit or `_` (ECMA-262, 12.7: in a name it is the letter; in a string it says the same). */
const LETTER = String.raw`u(?:00(3\d|[46][1-9a-f]|[57][0-9a]|5f)|\{0{0,8}(3\d|[46][1-9a-f]|[57][0-9a]|5f)\})`;
const ESCAPES_LETTER = new RegExp(String.raw`\\${LETTER}`, 'i');
/** Every escape is taken, so that a backslash that is itself escaped begins none. */
const ESCAPE = new RegExp(String.raw`\\(?:${LETTER}|.)`, 'gi');

/** Letters of other forms (wide, mathematical, double-struck) of which some are ASCII to Python (PEP 3131: names in NFKC). */
const OTHER_FORM = /[[[\p{L}\p{Nd}\p{Pc}]&&[\p{sc=Latin}\p{sc=Common}]]--\p{ASCII}]/v;
const OTHER_FORMS = new RegExp(OTHER_FORM, 'gv');

/** A line with what ends it left out. */
const LINE = /[^\n\r\u2028\u2029]+/g;

const SEEN = new WeakMap<ContentFile, ContentFile>();

/**
 * The file with plain names, for whoever looks for these; the same file where all are. What becomes shorter is filled up with
 * blanks at the end of its line, so that places stay on their lines.
 */
export function withPlainNames(file: ContentFile): ContentFile {
  const known = SEEN.get(file);
  if (known !== undefined || file.text === undefined) return known ?? file;
  const text = plainText(file.path, file.text);
  const plain = text === file.text ? file : { ...file, text };
  SEEN.set(file, plain);
  SEEN.set(plain, plain);
  return plain;
}

function plainText(path: string, text: string): string {
  switch (languageOf(path, text)) {
    case 'javascript':
      return text.includes('\\u') && ESCAPES_LETTER.test(text) ? lineByLine(text, unescaped) : text;
    case 'python':
      return !isPlainAscii(text) && OTHER_FORM.test(text) ? lineByLine(text, inAscii) : text;
    default:
      return text;
  }
}

function lineByLine(text: string, change: (line: string) => string): string {
  return text.replaceAll(LINE, (line) => {
    const changed = change(line);
    // Behind a last backslash a blank would be what is escaped.
    return changed.endsWith('\\') ? changed : changed.padEnd(line.length);
  });
}

function unescaped(line: string): string {
  return line.replaceAll(ESCAPE, (written: string, short?: string, braced?: string) => {
    const code = short ?? braced;
    return code === undefined ? written : String.fromCharCode(Number.parseInt(code, 16));
  });
}

function inAscii(line: string): string {
  return line.replaceAll(OTHER_FORMS, (letter) => {
    const plain = letter.normalize('NFKC');
    return /^\w+$/.test(plain) ? plain : letter;
  });
}
