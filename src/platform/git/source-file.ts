import { hash } from 'node:crypto';
import type { SourceFile } from '../../domain/source-code.ts';

/** Bytes of a version file: the longest that build tools write takes 2 kB. */
const MAX_VERSION_FILE = 8 * 1024;

/** The digest of a source file's text, whatever its line ends. `digest`: of the bytes as they are, for whoever has it. */
export function sourceFileOf(
  path: string,
  bytes: Uint8Array,
  digest: () => string = () => hash('sha256', bytes, 'hex'),
): SourceFile {
  const unix = withUnixLineEnds(bytes);
  return {
    path,
    size: bytes.length,
    sha256: unix === bytes ? digest() : hash('sha256', unix, 'hex'),
    isVersionFile: unix.length <= MAX_VERSION_FILE && isVersionFile(path, new TextDecoder().decode(unix)),
  };
}

const [LF, CR] = [0x0a, 0x0d];

function withUnixLineEnds(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(CR)) return bytes;
  return bytes.filter((byte, at) => byte !== CR || bytes[at + 1] !== LF);
}

/** Names that builds give to version files: `_version.py`, `__version__.py`, `_dist_ver.py`, `version.js`. */
const VERSION_NAME = /(?:^|\/)\w{0,20}ver(?:sion)?_{0,2}\.(?:py|pyi|js|mjs|cjs|ts)$/i;
/** Characters of a line: the patterns below are tried on lines that nobody trusts. */
const MAX_LINE = 200;
/** What ends a line in Python (a lone CR too) or in JavaScript (ECMA-262, 12.3): none of it may hide code in a comment. */
const LINE_END = /[\r\n\u2028\u2029]/;
/** A declared encoding could make other code out of the same bytes (PEP 263). */
const DECLARED_ENCODING = /coding[:=]\s*(?!utf-8\b)/i;

const LITERAL = /(?:u?'[^'\\]*'|u?"[^"\\]*"|[\d.]+|None|True|False|null|true|false)/.source;
const NAME = /(?:export )?(?:const )?[A-Za-z_]\w*/.source;
const TYPE = /[\w.|[\], ]+/.source;
const ENDING = /;? *(?:#.*)?$/.source;
/**
 * Lines that only state: comments, text, names set to plain values, and the typing boilerplate of setuptools-scm. One line
 * of anything else, and the file is ordinary code that must equal the source.
 */
const STATING: readonly RegExp[] = [
  /^(?:#.*|\/\/.*)?$/,
  /^"""[^"\\]*(?:""")?$/,
  new RegExp(`^(?:${NAME}(?:: ${TYPE})? ?= ?)+${LITERAL}${ENDING}`),
  new RegExp(`^(?:${NAME}(?:: ${TYPE})? ?= ?)+[\\[(](?:${LITERAL}(?:, ?${LITERAL})*,?)?[\\])]${ENDING}`),
  new RegExp(`^${NAME}: ${TYPE}$`),
  new RegExp(`^${NAME} = [\\[(]$`),
  new RegExp(`^${LITERAL},$`),
  /^[\])]$/,
  /^if TYPE_CHECKING:$/,
  /^else:$/,
  /^from __future__ import annotations$/,
  /^from typing import [A-Za-z, ]+$/,
  new RegExp(`^(?:VERSION_TUPLE|COMMIT_ID) = (?:Tuple|Union|object)${TYPE}$`),
  /^(?:VERSION_TUPLE|COMMIT_ID) = object$/,
];

function isVersionFile(path: string, text: string): boolean {
  if (!VERSION_NAME.test(path) || DECLARED_ENCODING.test(text)) return false;
  return text.split(LINE_END).every((line) => {
    const bare = line.trim();
    return bare.length <= MAX_LINE && STATING.some((pattern) => pattern.test(bare));
  });
}
