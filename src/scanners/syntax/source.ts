/** Calls, assignments and imports of one source file, with the names they really stand for. */
import type { ContentFile } from '../../domain/content.ts';
import type { Assignments } from './assignments.ts';
import type { Bindings } from './bindings.ts';
import type { Calls } from './calls.ts';
import { tokenizeJavascript } from './javascript-tokens.ts';
import { type Language, languageOf } from './language.ts';
import { parseTree } from './parser.ts';
import type { Phrases } from './phrases.ts';
import { tokenizePython } from './python-tokens.ts';
import { tokenizeR } from './r-tokens.ts';
import { Reader } from './reader.ts';
import type { Assignment, Call, Import, Mention } from './uses.ts';

export type { Assignment, Call, Phrase, Scope } from './uses.ts';

export interface Source {
  readonly language: Language;
  readonly path: string;
  readonly text: string;
  /** All of them; made when they are asked for, which most questions need not. */
  readonly calls: readonly Call[];
  /** Those whose name an answer about names may know (`name-answers.ts`): to all others it is the same as to no name. */
  readonly noted: readonly Call[];
  /** Those in which one of the spots lies. */
  readonly callsHolding: Calls['holding'];
  readonly assignments: readonly Assignment[];
  readonly assignmentsHolding: Assignments['holding'];
  readonly imports: readonly Import[];
  readonly mentions: readonly Mention[];
  /** In source order, each before what stands inside it. */
  readonly phrases: Phrases;
  /** False where only the start of the file was read. */
  readonly whole: boolean;
  readonly bindings: Bindings;
}

/**
 * Characters of a file that are read: a tree of this size takes about 150 MB, and what is larger is data or a bundle of
 * other packages. A file that goes on is marked.
 */
const LARGEST_SOURCE = 2 * 1024 * 1024;

/** The file that was read last: the scanners see one file after the other, and share its reading. */
const LAST = new WeakMap<ContentFile, Source>();

/** Reads a file as source; `undefined` where it is none. Never throws; linear in the text. */
export function readSource(file: ContentFile): Source | undefined {
  const known = LAST.get(file);
  if (known !== undefined || file.text === undefined) return known;
  const language = languageOf(file.path, file.text);
  if (language === undefined) return undefined;
  const source = readText({ language, path: file.path, text: file.text, complete: file.complete });
  LAST.set(file, source);
  return source;
}

interface SourceText {
  readonly language: Language;
  readonly path: string;
  readonly text: string;
  readonly complete: boolean;
}

/** Reads one text; `readSource` without its memory. */
export function readText({ language, path, text, complete }: SourceText): Source {
  const read = text.length > LARGEST_SOURCE ? text.slice(0, LARGEST_SOURCE) : text;
  const { tree, statements } = parseTree(TOKENIZERS[language](read), language);
  const reader = new Reader(tree);
  reader.statements(statements);
  const { calls, assignments, imports, mentions, phrases, bindings } = reader;
  return {
    language,
    path,
    text: read,
    get calls() {
      return calls.all;
    },
    get noted() {
      return calls.noted;
    },
    callsHolding: (spots) => calls.holding(spots),
    get assignments() {
      return assignments.all;
    },
    assignmentsHolding: (spots) => assignments.holding(spots),
    imports,
    mentions,
    phrases,
    bindings,
    whole: complete && read === text,
  };
}

const TOKENIZERS = { python: tokenizePython, javascript: tokenizeJavascript, r: tokenizeR };
