/** Where secrets stand in one file: literals first, then the pattern of each, on a small window of the bytes. */
import type { ContentFile } from '../../domain/content.ts';
import type { Severity } from '../../domain/evidence.ts';
import { type Literal, LiteralFinder } from '../syntax/literals.ts';
import { ASSIGNMENT_WINDOW, assignedSecret, KEY_NAMES, SECRET_WORDS } from './assignments.ts';
import { isTutorialToken, type Proof, privateKey } from './checks.ts';
import { TOKEN_RULES } from './rules.ts';
import type { TokenRule } from './token-rule.ts';
import { entropyOf, isMechanical, isPlaceholder, masked } from './values.ts';

/** A value that is probably a secret. */
export interface Candidate {
  readonly id: string;
  readonly title: string;
  readonly value: string;
  readonly line: number;
  readonly severity: Severity;
  readonly proof: Proof;
  /** Bits per character. */
  readonly entropy: number;
}

type Target =
  | { readonly kind: 'token'; readonly rule: TokenRule }
  | { readonly kind: 'aws' | 'key' | 'url' | 'assignment' };

/** Literals of one file that are looked at closely; source code has some thousands per megabyte at most. */
const MAX_HITS = 100_000;
/** Characters behind a literal that a token may fill, where its rule says nothing else. */
const TOKEN_WINDOW = 480;
/** Characters of an armoured key: 8,192 bits of RSA need 6,400, as a string literal of a program some more. */
const KEY_WINDOW = 10_000;
/** Characters before the word of a secret that belong to its name. */
const NAME_WINDOW = 24;
/** A key that is named beside its id stands within so many characters of it. */
const PAIR_WINDOW = 300;

const AWS_ID = /(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])/y;
const AWS_SECRET = /(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g;
const URL_PASSWORD = /:\/\/([^\s/:@"'`<>()]{0,64}):([^\s/"'`<>()]{3,120})@([\w.-]{1,120})/y;

const finder = new LiteralFinder<Target>([
  ...TOKEN_RULES.flatMap((rule): readonly Literal<Target>[] =>
    rule.starts.map((text) => ({ text, fold: false, target: { kind: 'token', rule } })),
  ),
  ...['AKIA', 'ASIA', 'ABIA', 'ACCA'].map((text): Literal<Target> => ({ text, fold: false, target: { kind: 'aws' } })),
  { text: '-----BEGIN ', fold: false, target: { kind: 'key' } },
  { text: '://', fold: false, target: { kind: 'url' } },
  ...KEY_NAMES.map((text): Literal<Target> => ({ text, fold: false, target: { kind: 'assignment' } })),
  ...SECRET_WORDS.map((text): Literal<Target> => ({ text, fold: true, target: { kind: 'assignment' } })),
]);

/** The candidates of a file in their order; `complete` is false where it held more than was looked at. */
export function candidatesIn(file: ContentFile): {
  readonly candidates: readonly Candidate[];
  readonly complete: boolean;
} {
  const view = new FileView(file);
  let hits = 0;
  finder.find(
    file.bytes,
    (target, start) => {
      hits += 1;
      view.look(target, start);
    },
    MAX_HITS,
  );
  return { candidates: view.candidates, complete: hits < MAX_HITS };
}

class FileView {
  readonly candidates: Candidate[] = [];
  private readonly file: ContentFile;
  private readonly bytes: Buffer;
  private lineAt = { offset: 0, line: 1 };
  /** Bytes before this one belong to a secret that was already found. */
  private taken = 0;
  private readonly lookers: Readonly<Record<Exclude<Target['kind'], 'token'>, (start: number) => void>> = {
    aws: (start) => this.lookForAws(start),
    key: (start) => this.lookForKey(start),
    url: (start) => this.lookForUrl(start),
    assignment: (start) => this.lookForAssignment(start),
  };

  constructor(file: ContentFile) {
    this.file = file;
    this.bytes = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.length);
  }

  look(target: Target, start: number): void {
    if (start < this.taken) return;
    if (target.kind === 'token') this.lookForToken(target.rule, start - (target.rule.before ?? 0));
    else this.lookers[target.kind](start);
  }

  private lookForToken(rule: TokenRule, start: number): void {
    if (start < this.taken || this.isInsideWord(start)) return;
    const match = matchOf(rule.pattern, this.window(start, rule.longest ?? TOKEN_WINDOW));
    if (match === null) return;
    const value = match[1] ?? match[0];
    const proof = rule.proof?.(value) ?? 'none';
    if (rule.proven === true ? proof === 'broken' || isTutorialToken(value) : isNoRandomToken(value)) return;
    // A checksum that does not hold: made up, or of a form that is not known yet. Worth a look, no more.
    const severity = proof === 'broken' ? 'low' : rule.severity;
    this.add({ id: rule.id, title: rule.title, value, severity, proof }, start + match.index);
  }

  private lookForAws(start: number): void {
    if (this.isInsideWord(start)) return;
    const id = matchOf(AWS_ID, this.window(start, 40))?.[0];
    if (id === undefined || isNoRandomToken(id)) return;
    const around = this.window(Math.max(0, start - PAIR_WINDOW), 2 * PAIR_WINDOW);
    const secret = (around.match(AWS_SECRET) ?? []).find((text) => entropyOf(text) > 4 && !isPlaceholder(text));
    if (secret === undefined)
      this.add(
        { id: 'aws-access-key-id', title: 'AWS access key id', value: id, severity: 'medium', proof: 'none' },
        start,
      );
    else
      this.add(
        {
          id: 'aws-key-pair',
          title: `AWS secret access key, with its id ${masked(id)}`,
          value: secret,
          severity: 'high',
          proof: 'none',
        },
        start,
      );
  }

  private lookForKey(start: number): void {
    const text = this.window(start, KEY_WINDOW);
    const key = privateKey(text);
    if (key === undefined) return;
    const header = /^-----BEGIN ([A-Z0-9 ]+)-----/.exec(text)?.[1] ?? 'PRIVATE KEY';
    const title = `${key.encrypted ? 'Encrypted private key' : 'Private key'} (${header}${key.whole ? '' : ', cut off'})`;
    const value = text.slice(header.length + 16, header.length + 16 + 80).replaceAll(/[^A-Za-z0-9+/=]/g, '');
    if (key.proof === 'broken' && (entropyOf(value) < 4.2 || isPlaceholder(value))) return;
    const severity = key.encrypted || key.proof === 'broken' ? 'medium' : 'high';
    this.add({ id: 'private-key', title, value, severity, proof: key.proof }, start);
  }

  private lookForUrl(start: number): void {
    const match = matchOf(URL_PASSWORD, this.window(start, 320));
    if (match === null) return;
    const [, user = '', password = '', host = ''] = match;
    if (
      // Also as it is meant: `a%20secret`.
      isPlaceholder(password) ||
      isPlaceholder(password.replaceAll(/%[0-9a-f]{2}/gi, '-')) ||
      /^(?:user(?:name)?|login|me|foo|x|u|name)$/i.test(user) ||
      /^(?:p(?:ass(?:word|wd|wort)?|w|wd)?|secret|token|test|foo|bar|admin|root|guest|postgres|user(?:name)?|\d+)$/i.test(
        password,
      )
    )
      return;
    const nowhere =
      /(?:^|[.])(?:example|test|invalid|localhost|foo|bar)(?:[.](?:com|net|org))?$|^(?:host(?:name)?|server|127[.]|0[.]0|my|your|some|proxy$|db$)/i.test(
        host,
      );
    // Whoever makes an address up makes its password up, unless it looks as if by chance.
    if (nowhere && !isByChance(password)) return;
    // A machine of nobody's network, or a word: more likely made up for a docstring.
    const severity = !nowhere && host.includes('.') && password.length >= 8 ? 'medium' : 'low';
    this.add(
      {
        id: 'url-password',
        title: `Password in a URL of ${host.slice(0, 60)}`,
        value: password,
        severity,
        proof: 'none',
      },
      start,
    );
  }

  private lookForAssignment(start: number): void {
    // Names of secrets in compiled code are followed by other names, not by values.
    if (this.file.text === undefined) return;
    const found = assignedSecret(
      this.window(start, ASSIGNMENT_WINDOW),
      this.file.path,
      this.window(Math.max(0, start - NAME_WINDOW), Math.min(start, NAME_WINDOW)),
    );
    if (found === undefined) return;
    const { value, at } = found;
    this.add(
      {
        id: 'assigned-secret',
        title: 'Value assigned to the name of a secret',
        value,
        severity: 'medium',
        proof: 'none',
      },
      start + at,
    );
  }

  private add(found: Omit<Candidate, 'line' | 'entropy'>, start: number): void {
    this.taken = start + found.value.length;
    this.candidates.push({ ...found, line: this.lineOf(start), entropy: entropyOf(found.value) });
  }

  /** Text of the bytes from `start`, one character per byte. */
  private window(start: number, length: number): string {
    return this.bytes.toString('latin1', Math.max(0, start), Math.min(this.bytes.length, Math.max(0, start) + length));
  }

  /** Whether the literal is the tail of a longer word, and so no start of a token. */
  private isInsideWord(start: number): boolean {
    return start > 0 && /^[A-Za-z0-9]\w/.test(this.window(start - 1, 2));
  }

  private lineOf(offset: number): number {
    if (offset < this.lineAt.offset) this.lineAt = { offset: 0, line: 1 };
    let { line } = this.lineAt;
    for (
      let at = this.bytes.indexOf(10, this.lineAt.offset);
      at !== -1 && at < offset;
      at = this.bytes.indexOf(10, at + 1)
    )
      line += 1;
    this.lineAt = { offset, line };
    return line;
  }
}

function matchOf(pattern: RegExp, text: string): RegExpExecArray | null {
  pattern.lastIndex = 0;
  return pattern.exec(text);
}

/** Whether a password is long and mixed, as programs make them and people do not for an example. */
function isByChance(password: string): boolean {
  if (/^[a-f\d]{24,}$/.test(password)) return entropyOf(password) >= 3;
  return (
    password.length >= 10 &&
    entropyOf(password) >= 2.75 &&
    /\d/.test(password) &&
    /[a-z]/.test(password) &&
    /[A-Z]/.test(password)
  );
}

/** Bits per character of a token by chance, far above words and counted-up samples. */
const LEAST_TOKEN_ENTROPY = 2.8;

function isNoRandomToken(value: string): boolean {
  return (
    isMechanical(value) ||
    entropyOf(value) < LEAST_TOKEN_ENTROPY ||
    /example|x{5}|0{6}|dummy|sample|placeholder|redacted|your[-_]|[*]{3}/i.test(value)
  );
}
