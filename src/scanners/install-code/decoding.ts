/** Code that is decoded before it runs: by a call inside, another name for one, a value, or a function of the same file. */
import { matching } from '../syntax/name-answers.ts';
import type { Call, Source } from '../syntax/source.ts';
import type { Node } from '../syntax/tree.ts';

/** What turns data into text or bytes that looked like something else. */
export const DECODES =
  /\b(?:b64decode|b32decode|b85decode|a85decode|decodebytes|decodestring|unhexlify|a2b_\w+|fromhex|decompress|rot13|rot_13|atob|fromCharCode|base64_dec|base64decode|rawToChar|memDecompress|intToUtf8|createDecipher(?:iv)?)\b|\.final\(\s*["')]|\bbytes(?:array)?\(\s*(?:\[[\d\s,xa-f]{1,4000}\]|\w{1,40})\s*\)\.decode\(|["'](?:base64|hex)["']\s*\)|(?<!["'][^"'\n]{1,3}["']\.join\(\s*[\w.]{1,60})\[::-1\]|\bchr\b[^)]*\)\s*for\b|\bchr\([^\n]{1,60}?\)\s*for\b|map\(\s*chr\b|marshal\.loads|codecs\.decode|\.decrypt\(|[\w)\]]\s*\^\s*\w[^\n]{0,60}\bfor\b/;
/** The same by an encoding that goes by a name; too common to look for in whole files. */
const DECODES_BY_NAME = /\bBuffer\.from\([\w.]{1,40},\s*\w{1,20}\)\.toString\(/;
/** Names of functions that decode, as they are resolved. */
const DECODER =
  /(?:^|\.)(?:b64decode|b32decode|b85decode|a85decode|decodebytes|decodestring|unhexlify|a2b_\w+|fromhex|decompress|atob|fromCharCode|base64decode|rawToChar|memDecompress|intToUtf8)$/;
const decoders = matching(DECODER);
const characters = matching(/^chr$/);
/** A text in which `RECKONS` may hold of a call of `chr`. */
export const RECKONED: RegExp = /\bchr\([\s\S]{0,200}?(?:\bord\(|\^|\bint\()/;
/** A character that is reckoned from another one, or from digits. */
const RECKONS = /\bord\(|\^|\bint\([^)]*,\s*(?:2|8|16)\b/;
/** Characters of an expression that are looked at. */
const LONGEST = 4_000;
/** Nodes of one call that are looked at; a bound on hostile expressions. */
const MOST_NODES = 200;
const DEEPEST = 8;

/** Functions of a file that decode something, sought once somebody asks: most that is run is no call within. */
export function decodingFunctions(source: Source): () => ReadonlySet<string> {
  let found: ReadonlySet<string> | undefined;
  return () => {
    found ??= decodersOf(source);
    return found;
  };
}

function decodersOf({ calls, text }: Source): ReadonlySet<string> {
  const reckons = ({ start, end }: Call) => RECKONS.test(text.slice(start, Math.min(end, start + 200)));
  return new Set(
    calls
      .filter((call) => decoders.about(call) || (characters.about(call) && reckons(call)))
      .flatMap(({ scope }) => scope.functions.slice(-1)),
  );
}

/** Whether what a call runs was decoded; `decoded` are the functions of its file that decode. */
export function runsDecoded(call: Call, source: Source, decoded: () => ReadonlySet<string>): boolean {
  const written = call.node.args.map(({ parts }) => sourceOf(parts, source.text)).join('\n');
  if (call.name === 'parse' && !/text\s*=/.test(written)) return false;
  // `compile` makes code of text only with a mode.
  if (call.name === 'compile' && call.args.length < 3) return false;
  const values = call.args.map((parts) => sourceOf(parts, source.text)).join('\n');
  // `marshal.loads` is a decoder itself: only of a literal, or of something decoded, is it a sign.
  if (call.name === 'marshal.loads')
    return /^b["']/.test(values) || /b64decode|decompress|unhexlify|fromhex/.test(`${written}\n${values}`);
  if (decodes(`${written}\n${values}`)) return true;
  return new Search(call, source, decoded).inside(
    call.node.args.flatMap(({ parts }) => parts),
    0,
  );
}

function decodes(written: string): boolean {
  return DECODES.test(written) || DECODES_BY_NAME.test(written);
}

function sourceOf(parts: readonly Node[], text: string): string {
  const start = parts[0]?.start ?? 0;
  return text.slice(start, Math.min(parts.at(-1)?.end ?? start, start + LONGEST));
}

class Search {
  private left = MOST_NODES;
  private readonly call: Call;
  private readonly source: Source;
  private readonly decoded: () => ReadonlySet<string>;

  constructor(call: Call, source: Source, decoded: () => ReadonlySet<string>) {
    this.call = call;
    this.source = source;
    this.decoded = decoded;
  }

  inside(parts: readonly Node[], depth: number): boolean {
    return depth < DEEPEST && parts.some((part) => this.node(part, depth + 1));
  }

  private node(node: Node, depth: number): boolean {
    this.left -= 1;
    if (this.left < 0) return false;
    switch (node.kind) {
      case 'call': {
        const name = this.source.bindings.resolve(node.callee);
        if (DECODER.test(name) || this.decoded().has(name.replace(/^\./, ''))) return true;
        return this.inside([node.callee, ...node.args.flatMap(({ parts }) => parts)], depth);
      }
      case 'member':
      case 'index':
        return this.inside([node.of], depth);
      case 'group':
        return this.inside(
          node.items.flatMap(({ parts }) => parts),
          depth,
        );
      case 'name': {
        const value = this.call.scope.values.get(node.text);
        return value !== undefined && decodes(sourceOf(value, this.source.text));
      }
      default:
        return false;
    }
  }
}
