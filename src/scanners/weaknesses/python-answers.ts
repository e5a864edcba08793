/** What Python code answers, logs and trusts. */
import type { Concern } from '../syntax/phrases.ts';
import { SIGN } from '../syntax/signs.ts';
import { builtText, literalText } from '../syntax/values.ts';
import { all, any, type Probe } from '../syntax/vocabulary.ts';
import { withTexts } from './fixed.ts';
import { importsOf } from './frameworks.ts';
import { fromInput, HAS_REQUEST } from './input.ts';
import { logs, MAY_LOG_SECRET } from './logs.ts';
import { type NamedCheck, names, type PhraseCheck, type RuleSet } from './rules.ts';
import { ADDRESS_NAME, comparisonsIn, HOST, lastName, settingIn, written } from './settings.ts';

const FRAMEWORKS = 'flask django fastapi starlette bottle tornado aiohttp sanic pyramid quart'.split(' ');
const FRAMEWORK = new RegExp(`^(?:${FRAMEWORKS.join('|')})\\b`);
const FLASK = /^flask\b/;
const HAS_HOST_IN =
  /["'](?:https?:\/\/)?(?:[\w-]+\.)+[a-z]{2,7}["']\s+(?:not\s+)?in\s+[\w.]*(?:url|uri|href|host|origin|domain|link|referr?er|address|netloc)/i;
const HAS_MAC = /[=!]=\s*[\w.]*hmac\.|digest\(\)\s*[=!]=/;

/** Markup at the start of a text or in it. */
const TAG =
  /<(?:[a-z][\w-]{0,20}(?:\s[^<>]{0,200})?|\/[a-z][\w-]{0,20}\s?)>|<(?:a|img|script|iframe|input|link|form)\s/i;
const HAS_TAG =
  /<\/?(?:a|b|p|h[1-6]|div|span|td|li|img|script|html|body|input|form|link|iframe|strong|em|ul|table|title)\b/i;

/** What the checks below need in a file. */
export const PYTHON_ANSWER_HINTS: RuleSet['hints'] = [
  { words: ['flask', 'return'], pattern: HAS_REQUEST },
  { words: ['def'], pattern: all(HAS_REQUEST, HAS_TAG) },
  ...FRAMEWORKS.map((framework) => ({ words: ['format_exc', 'return', framework] })),
  { words: ['in'], pattern: HAS_HOST_IN, label: 'address-by-part' },
  { words: ['hmac'], pattern: HAS_MAC, label: 'timing-comparison' },
];

/** What a view of Flask returns is a page (Flask documentation, "About Responses"). */
const answers: PhraseCheck = ({ parts, scope }, source) => {
  const [word, ...value] = parts;
  if (word?.kind !== 'word' || word.text !== 'return') return undefined;
  if (/\bformat_exc\(/.test(written(value, source.text)))
    return importsOf(source, FRAMEWORK) ? 'stack-trace-shown' : undefined;
  if (builtText(value, source.text) === undefined || !fromInput(value, scope, source)) return undefined;
  return importsOf(source, FLASK) ? 'html-from-input' : undefined;
};

/** A page put together from what a request holds, wherever it is kept. */
const makesPage: PhraseCheck = (phrase, source) => {
  const setting = settingIn(phrase, source);
  if (setting === undefined || setting.how === 'argument') return undefined;
  const built = builtText(withTexts(setting.value, phrase.scope), source.text);
  return built !== undefined && TAG.test(built) && fromInput(setting.value, phrase.scope, source)
    ? 'html-from-input'
    : undefined;
};

/** `"host.example" in url` holds for any address that names the host somewhere. */
const trustsPart: PhraseCheck = ({ parts }, { text }) => {
  const at = parts.findIndex((part) => part.kind === 'word' && part.text === 'in');
  const [host, address] = [parts[at - 1], parts[at + 1]];
  if (at < 1 || host?.kind !== 'string' || address === undefined) return undefined;
  return HOST.test(literalText([host], text) ?? '') && ADDRESS_NAME.test(lastName(address, text) ?? '')
    ? 'address-by-part'
    : undefined;
};

const comparesMac: PhraseCheck = (phrase, { bindings }) =>
  comparisonsIn(phrase).some(({ left, right }) =>
    [left, right].some(
      (side) => side.kind === 'call' && /^hmac\.new\(\)\.(?:hex)?digest$/.test(bindings.resolve(side.callee)),
    ),
  )
    ? 'timing-comparison'
    : undefined;

/** Checks of what is returned, compared and looked for. */
export const PYTHON_ANSWERS: readonly PhraseCheck[] = [answers, makesPage, trustsPart, comparesMac];

/** What a file holds wherever they speak. */
export const PYTHON_ANSWER_NEEDS: RuleSet['needs'] = new Map<PhraseCheck, Probe>([
  [makesPage, all(HAS_REQUEST, HAS_TAG)],
  [trustsPart, HAS_HOST_IN],
]);

/** The phrases they are about. */
export const PYTHON_ANSWER_CONCERNS: RuleSet['concerns'] = new Map<PhraseCheck, Concern>([
  [answers, { signs: 0, begins: 'return' }],
  [makesPage, { signs: SIGN.gives | SIGN.colon }],
  [comparesMac, { signs: SIGN.compares }],
]);

const LEVELS = 'debug info warning warn error critical exception log'.split(' ');

/** Checks of what is logged, and of formats that a request holds. */
export const PYTHON_LOGS: readonly NamedCheck[] = [
  ...names(
    `print pprint.pprint pprint.pp ${LEVELS.map((level) => `logging.${level} .${level}`).join(' ')}`,
    logs,
    any(MAY_LOG_SECRET, all({ test: (text) => text.includes('log') }, HAS_REQUEST)),
  ),
  ...names(
    '.format',
    ({ node, scope }, source) =>
      node.callee.kind === 'member' && fromInput([node.callee.of], scope, source) ? 'format-from-input' : undefined,
    HAS_REQUEST,
  ),
];
