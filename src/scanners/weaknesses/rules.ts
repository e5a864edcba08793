import type { Severity } from '../../domain/evidence.ts';
import type { Concern } from '../syntax/phrases.ts';
import type { Assignment, Call, Phrase, Scope, Source } from '../syntax/source.ts';
import type { Node, StringNode } from '../syntax/tree.ts';
import { stringText } from '../syntax/values.ts';
import type { Hint, Probe } from '../syntax/vocabulary.ts';
import { argumentValue, withTexts } from './fixed.ts';

interface Rule {
  /** Entry of the Common Weakness Enumeration (MITRE). */
  readonly cwe: string;
  readonly severity: Severity;
  readonly summary: string;
}

/** Every weakness that is told; severities are those of a library in whose hands the input is not known. */
export const RULES = {
  'code-from-data': { cwe: 'CWE-95', severity: 'low', summary: 'runs code that is made at run time' },
  'code-from-network': { cwe: 'CWE-494', severity: 'high', summary: 'runs code that it downloads' },
  'shell-command': { cwe: 'CWE-78', severity: 'medium', summary: 'puts values into a command for the shell' },
  'shell-use': { cwe: 'CWE-78', severity: 'low', summary: 'runs a command through the shell' },
  deserialisation: { cwe: 'CWE-502', severity: 'low', summary: 'reads a format that can run code when it is read' },
  'unsafe-yaml': { cwe: 'CWE-502', severity: 'medium', summary: 'reads YAML with a loader that can make any object' },
  'deserialisation-of-download': {
    cwe: 'CWE-502',
    severity: 'high',
    summary: 'reads a download in a format that can run code',
  },
  'tls-verification-off': {
    cwe: 'CWE-295',
    severity: 'medium',
    summary: 'does not check the certificate of the other side',
  },
  'weak-tls-version': { cwe: 'CWE-327', severity: 'medium', summary: 'asks for a broken version of TLS' },
  'cleartext-transfer': { cwe: 'CWE-319', severity: 'medium', summary: 'sends or fetches without encryption' },
  'weak-hash': { cwe: 'CWE-327', severity: 'low', summary: 'uses a broken hash function' },
  'weak-hash-of-secret': { cwe: 'CWE-327', severity: 'medium', summary: 'uses a broken hash function for a secret' },
  'weak-cipher': { cwe: 'CWE-327', severity: 'medium', summary: 'uses a broken cipher or mode' },
  'short-key': { cwe: 'CWE-326', severity: 'medium', summary: 'makes a key that is too short' },
  'sql-from-strings': { cwe: 'CWE-89', severity: 'medium', summary: 'puts values into the text of an SQL statement' },
  'temporary-file-race': {
    cwe: 'CWE-377',
    severity: 'medium',
    summary: 'uses a temporary file name that others can take first',
  },
  'debug-server': { cwe: 'CWE-489', severity: 'medium', summary: 'starts a server in debug mode' },
  'binds-all-addresses': { cwe: 'CWE-1327', severity: 'low', summary: 'listens on every network address' },
  'predictable-random': {
    cwe: 'CWE-338',
    severity: 'medium',
    summary: 'makes a secret with a predictable random generator',
  },
  'xml-entities': { cwe: 'CWE-611', severity: 'low', summary: 'reads XML with a parser that follows entities' },
  'unchecked-extraction': {
    cwe: 'CWE-22',
    severity: 'low',
    summary: 'unpacks an archive without checking where members go',
  },
  'template-injection': { cwe: 'CWE-1336', severity: 'medium', summary: 'renders a template that is made at run time' },
  'no-escaping': { cwe: 'CWE-79', severity: 'low', summary: 'renders pages without escaping' },
  'open-permissions': { cwe: 'CWE-732', severity: 'low', summary: 'lets every user write to a file' },
  'unsigned-token': { cwe: 'CWE-347', severity: 'medium', summary: 'takes a signed token without checking it' },
  'unknown-host-key': { cwe: 'CWE-295', severity: 'medium', summary: 'takes any SSH host key' },
  'tls-warnings-off': { cwe: 'CWE-295', severity: 'info', summary: 'silences warnings about unchecked certificates' },
  'process-from-data': { cwe: 'CWE-78', severity: 'info', summary: 'starts a program that is chosen at run time' },
  'code-chosen-by-input': { cwe: 'CWE-470', severity: 'medium', summary: 'loads or calls what a request names' },
  'module-by-name': { cwe: 'CWE-470', severity: 'info', summary: 'loads a module whose name is made at run time' },
  'logging-listener': {
    cwe: 'CWE-94',
    severity: 'medium',
    summary: 'takes logging settings from the network, which can run code',
  },
  'path-from-input': { cwe: 'CWE-22', severity: 'medium', summary: 'opens a file that a request names' },
  'request-from-input': { cwe: 'CWE-918', severity: 'medium', summary: 'fetches an address that a request names' },
  'redirect-from-input': { cwe: 'CWE-601', severity: 'medium', summary: 'redirects to where a request says' },
  'html-from-input': { cwe: 'CWE-79', severity: 'medium', summary: 'writes what a request holds into a page' },
  'html-from-data': { cwe: 'CWE-79', severity: 'info', summary: 'writes values into a page as markup' },
  'query-from-input': { cwe: 'CWE-943', severity: 'medium', summary: 'asks a database with what a request holds' },
  'ldap-from-strings': { cwe: 'CWE-90', severity: 'medium', summary: 'puts values into the text of an LDAP filter' },
  'xpath-from-strings': {
    cwe: 'CWE-643',
    severity: 'low',
    summary: 'puts values into the text of an XPath expression',
  },
  'sql-text-from-strings': {
    cwe: 'CWE-89',
    severity: 'info',
    summary: 'makes the text of an SQL statement from values',
  },
  'regex-from-input': { cwe: 'CWE-1333', severity: 'medium', summary: 'searches with a pattern that a request holds' },
  'regex-from-data': { cwe: 'CWE-1333', severity: 'info', summary: 'searches with a pattern that is made at run time' },
  'slow-regex': { cwe: 'CWE-1333', severity: 'info', summary: 'a pattern that some texts take for ever' },
  'prototype-pollution': {
    cwe: 'CWE-1321',
    severity: 'low',
    summary: 'writes to properties that can change every object',
  },
  'message-to-any-origin': { cwe: 'CWE-346', severity: 'low', summary: 'sends a message to whatever page listens' },
  'any-origin': { cwe: 'CWE-942', severity: 'low', summary: 'lets pages of every origin read its answers' },
  'protection-off': { cwe: 'CWE-693', severity: 'low', summary: 'switches a protection of pages off' },
  'csrf-off': { cwe: 'CWE-352', severity: 'low', summary: 'takes requests that another site may have made' },
  'insecure-cookie': { cwe: 'CWE-614', severity: 'low', summary: 'sends a cookie without encryption' },
  'script-readable-cookie': { cwe: 'CWE-1004', severity: 'low', summary: 'lets scripts read a cookie' },
  'hard-coded-password': { cwe: 'CWE-798', severity: 'low', summary: 'a password or key stands in the code' },
  'timing-comparison': {
    cwe: 'CWE-208',
    severity: 'info',
    summary: 'compares a secret in a time that tells how much is right',
  },
  'rights-by-assert': {
    cwe: 'CWE-617',
    severity: 'low',
    summary: 'checks rights with an assertion, which optimised runs leave out',
  },
  'swallowed-error': { cwe: 'CWE-390', severity: 'info', summary: 'goes on after any error without a word' },
  'no-timeout': { cwe: 'CWE-400', severity: 'info', summary: 'waits for an answer without a time limit' },
  'unpinned-model': { cwe: 'CWE-494', severity: 'info', summary: 'downloads a model without saying which revision' },
  'unpinned-install': { cwe: 'CWE-494', severity: 'low', summary: 'installs code from the network when it runs' },
  'loose-host-pattern': {
    cwe: 'CWE-20',
    severity: 'info',
    summary: 'a pattern for an address whose dots stand for any character, so that other hosts pass',
  },
  'fixed-salt': { cwe: 'CWE-760', severity: 'low', summary: 'derives keys or hashes passwords with a fixed salt' },
  'runs-as-cgi': {
    cwe: 'CWE-807',
    severity: 'low',
    summary: 'runs as CGI, where a header of a request can name the proxy (HTTP_PROXY)',
  },
  'message-from-any-origin': {
    cwe: 'CWE-346',
    severity: 'info',
    summary: 'takes messages from whatever page sends them',
  },
  'fixed-iv': { cwe: 'CWE-329', severity: 'low', summary: 'encrypts with a fixed initialisation vector' },
  'time-based-secret': { cwe: 'CWE-330', severity: 'low', summary: 'makes a secret from time and address' },
  'fixed-temporary-path': {
    cwe: 'CWE-377',
    severity: 'info',
    summary: 'names a fixed path in a folder that everybody writes to',
  },
  'header-from-input': { cwe: 'CWE-113', severity: 'low', summary: 'writes what a request holds into a header' },
  'format-from-input': { cwe: 'CWE-134', severity: 'low', summary: 'takes a format from a request' },
  'incomplete-escape': { cwe: 'CWE-116', severity: 'info', summary: 'escapes only the first of several characters' },
  'uninitialised-buffer': { cwe: 'CWE-1188', severity: 'info', summary: 'makes a buffer that may hold old memory' },
  'no-bounds-check': { cwe: 'CWE-125', severity: 'low', summary: 'reads a buffer without checking its bounds' },
  'fast-hash-of-password': {
    cwe: 'CWE-916',
    severity: 'low',
    summary: 'hashes a password with a function made to be fast',
  },
  'few-rounds': {
    cwe: 'CWE-916',
    severity: 'low',
    summary: 'keeps a password with too little work for whoever guesses',
  },
  'secret-in-log': { cwe: 'CWE-532', severity: 'info', summary: 'writes a secret into a log' },
  'secret-in-storage': {
    cwe: 'CWE-922',
    severity: 'info',
    summary: 'keeps a secret where every script of the page reads',
  },
  'input-in-log': { cwe: 'CWE-117', severity: 'info', summary: 'writes what a request holds into a log' },
  'stack-trace-shown': { cwe: 'CWE-209', severity: 'low', summary: 'answers with the stack of calls' },
  'cookie-without-secure': {
    cwe: 'CWE-614',
    severity: 'info',
    summary: 'sends a cookie without asking for encryption',
  },
  'address-of-any-kind': {
    cwe: 'CWE-939',
    severity: 'info',
    summary: 'opens an address of any kind, files of the machine among them',
  },
  'file-by-name': { cwe: 'CWE-22', severity: 'info', summary: 'opens a file whose name is made at run time' },
  'code-as-text': { cwe: 'CWE-95', severity: 'info', summary: 'hands code over as text' },
  'remote-model-code': { cwe: 'CWE-829', severity: 'medium', summary: 'runs code that comes with a downloaded model' },
  'address-by-part': { cwe: 'CWE-20', severity: 'info', summary: 'trusts an address by a part of it' },
  'open-tag-length': { cwe: 'CWE-354', severity: 'info', summary: 'takes authentication tags of any length' },
  'hidden-text-direction': {
    cwe: 'CWE-838',
    severity: 'medium',
    summary: 'holds characters that make code read otherwise than it runs',
  },
} as const satisfies Readonly<Record<string, Rule>>;
export type RuleId = keyof typeof RULES;

export function ruleIds(): readonly RuleId[] {
  return Object.keys(RULES).filter((id): id is RuleId => Object.hasOwn(RULES, id));
}

/** What a check says of one place; `undefined` is nothing. */
export type Said = RuleId | undefined;
export type CallCheck = (call: Call, source: Source) => Said;
export type AssignmentCheck = (assignment: Assignment, source: Source) => Said;
export type PhraseCheck = (phrase: Phrase, source: Source) => Said;

/** Checks of one language. */
export interface RuleSet {
  readonly calls: readonly NamedCheck[];
  /** What the checks below need in a file before they can speak. */
  readonly hints: readonly Hint[];
  /** What a file holds wherever one of the checks can say that a value comes from people outside. */
  readonly input: Probe;
  readonly everyCall: readonly CallCheck[];
  readonly everyAssignment: readonly AssignmentCheck[];
  readonly everyPhrase: readonly PhraseCheck[];
  /** What a file holds wherever one of the three kinds of check above can speak; those without are asked in every file. */
  readonly needs: ReadonlyMap<CallCheck | AssignmentCheck | PhraseCheck, Probe>;
  /** What begins in a call, an assignment or a phrase itself wherever a check of them can speak of it, as it is written. */
  readonly spots: ReadonlyMap<CallCheck | AssignmentCheck | PhraseCheck, RegExp>;
  /** What a phrase has wherever a check of phrases can speak of it; those without are asked about every one. */
  readonly concerns: ReadonlyMap<PhraseCheck, Concern>;
}

/** A check by dotted name; a name with a leading `.` is any call of that member. */
export interface NamedCheck {
  readonly name: string;
  readonly check: CallCheck;
  /** What a file holds wherever the check can speak. */
  readonly pattern: Probe | undefined;
  /** The one rule that the check tells where the pattern alone stands: once that is told often enough, nobody asks. */
  readonly only: RuleId | undefined;
}

/** One check for many names. */
export function names(list: string, check: CallCheck, pattern?: Probe, only?: RuleId): readonly NamedCheck[] {
  return list.split(' ').map((name) => ({ name, check, pattern, only }));
}

/** A literal address that is not encrypted. */
export const HAS_CLEARTEXT = /["'`]http:\/\/(?!www\.w3\.org|localhost|127\.)/;
/** Names of values that must not be guessed; `tokens` and `tokenize` are about words. */
export const SECRET_NAME =
  /passw|secret|token(?!s|i[sz]|_?type)|nonce|salt\b|_salt|otp\b|session_?id|api_?key|csrf|credential/i;

/** Addresses of the same machine or its own link. */
const NEARBY = /^(?:ht|f)tp:\/\/(?:localhost|127\.|0\.0\.0\.0|\[::1\]|host\.docker|169\.254\.)/i;

/** Whether an expression begins with an address that is fetched without encryption. */
export function isCleartext(parts: readonly Node[] | undefined, text: string, scope?: Scope): boolean {
  const address = addressIn(parts, text, scope);
  return /^http:/i.test(address) && isElsewhere(address);
}

/** How the text that an expression begins with begins; empty where it begins with none. */
export function addressIn(parts: readonly Node[] | undefined, text: string, scope?: Scope): string {
  const [first] = scope === undefined ? (parts ?? []) : withTexts(argumentValue(parts, scope), scope);
  return first?.kind === 'string' ? beginning(first, text, scope) : '';
}

/** Whether an address names a host, and none of the same machine or its own link. */
export function isElsewhere(address: string): boolean {
  return /^\w+:\/\/(?!%s|\{|\$)./.test(address) && !NEARBY.test(address);
}

/** How a text begins: where that is a name, as what the name stands for does. */
function beginning(first: StringNode, text: string, scope: Scope | undefined): string {
  const written = stringText(first, text);
  const [field] = first.fields;
  const [piece] = first.pieces;
  if (scope === undefined || field === undefined || piece === undefined || field.start - piece.start > 4)
    return written;
  const [base] = withTexts(field.parts, scope);
  return base?.kind === 'string' ? `${stringText(base, text)}${written}` : written;
}

/** Function calls inside an expression, one level deep. */
export function callNames(parts: readonly Node[], source: Source): readonly string[] {
  return parts.flatMap((part) => {
    const found: string[] = [];
    let inner: Node = part;
    for (let step = 0; step < 12; step += 1) {
      if (inner.kind === 'call') {
        found.push(source.bindings.resolve(inner.callee));
        for (const arg of inner.args.flatMap(({ parts: args }) => args))
          if (arg.kind === 'call') found.push(source.bindings.resolve(arg.callee));
        inner = inner.callee;
      } else if (inner.kind === 'member' || inner.kind === 'index') inner = inner.of;
      else break;
    }
    return found;
  });
}

const FETCHES =
  /(?:^|\.)(?:urlopen|urlretrieve|download\.file|getURL)$|^(?:requests|httpx|aiohttp|urllib3|axios|got|httr|curl)\b.*\.?(?:get|post|request|urlopen|GET|curl_fetch_memory)$|^(?:fetch|url|GET)$|^httr2?\.GET$/;

/** Whether an expression fetches something from the network. */
export function fetches(parts: readonly Node[], source: Source): boolean {
  return callNames(parts, source).some((name) => FETCHES.test(name));
}

/** The literal texts that stand directly in an expression or in its brackets. */
export function literals(parts: readonly Node[], text: string): readonly string[] {
  return parts.flatMap((part) => {
    if (part.kind === 'string') return [stringText(part, text)];
    return part.kind === 'group' ? part.items.flatMap((item) => literals(item.parts, text)) : [];
  });
}
