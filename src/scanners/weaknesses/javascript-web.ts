/** What JavaScript code does with pages, and with what a web request carries. */
import type { Call, Scope, Source } from '../syntax/source.ts';
import type { Node } from '../syntax/tree.ts';
import { builtText, isConstant, literalText } from '../syntax/values.ts';
import { all, any, together } from '../syntax/vocabulary.ts';
import { isFixed } from './fixed.ts';
import { fromInput, HAS_INPUT } from './input.ts';
import { type CallCheck, type NamedCheck, names, type RuleId, type Said } from './rules.ts';
import { lastName, written } from './settings.ts';

/** Speaks where one of the first `count` arguments comes from a request. */
export function taken(rule: RuleId, count = 1): CallCheck {
  return ({ args, scope }, source) =>
    args.slice(0, count).some((value) => fromInput(value, scope, source)) ? rule : undefined;
}

/** Whether a value is what a function made that cleans or escapes markup, by its name. */
export function isCleaned([only, template, ...more]: readonly Node[], { text }: Source): boolean {
  if (only === undefined || more.length > 0) return false;
  const isTagged = template?.kind === 'string' && text[template.start] === '`';
  const made = only.kind === 'call' && template === undefined ? only.callee : isTagged ? only : undefined;
  return made !== undefined && CLEANS.test(lastName(made, text) ?? '');
}
/** `createHTML` is a policy's (W3C, "Trusted Types"). */
const CLEANS = /sanitiz|^(?:escape|encode)(?:HTML|Html|$)|^purify$|xss$|^(?:un)?wrapSafeHTML$|^createHTML$/i;

/** Writes its argument at `at` as markup. */
function writesMarkup(at: number): CallCheck {
  return ({ args, scope }, source) => {
    const markup = args[at];
    if (markup === undefined || markup.length === 0 || isFixed(markup, scope) || isCleaned(markup, source))
      return undefined;
    return fromInput(markup, scope, source) ? 'html-from-input' : 'html-from-data';
  };
}

/** jQuery takes text that begins with a tag as markup (jQuery manual, "jQuery( html )"). */
const buildsMarkup: CallCheck = ({ name, args: [markup], scope }, source) => {
  // Whoever chooses all of the text chooses its beginning.
  if (name.length <= 'jQuery'.length && fromInput(markup, scope, source)) return 'html-from-input';
  if (!/</.test(builtText(markup ?? [], source.text) ?? '')) return undefined;
  return fromInput(markup, scope, source) ? 'html-from-input' : 'html-from-data';
};

const ANSWERS = /(?:^|\.)(?:res|response|reply)(?:\.|\(|$)/;

const answers: CallCheck = (call, source) =>
  ANSWERS.test(call.name) ? taken('html-from-input')(call, source) : undefined;

const redirects: CallCheck = ({ name, args, scope }, source) =>
  (ANSWERS.test(name) || name.startsWith('ctx.')) && args.slice(0, 2).some((to) => leadsAnywhere(to, scope, source))
    ? 'redirect-from-input'
    : undefined;

/** How an address begins that leads to one host whatever follows: a host, a path, a query. */
const SETTLED = /^(?:(?:https?:)?\/\/[\w.-]+(?::\d+)?[/?#]|\/[\w.~-]|[?#])/i;

/** Whether a request holds how an address begins; what a program puts before it is somebody's own. */
export function leadsAnywhere(address: readonly Node[] | undefined, scope: Scope, source: Source): boolean {
  if (!fromInput(address, scope, source)) return false;
  const [first, sign] = address ?? [];
  if (first?.kind !== 'string')
    return !(
      (first?.kind === 'name' || first?.kind === 'member') &&
      sign?.kind === 'operator' &&
      sign.text === '+' &&
      !fromInput([first], scope, source)
    );
  const [piece] = first.pieces;
  const [field] = first.fields;
  const before = source.text.slice((piece?.start ?? 0) + 1, piece?.end);
  if (/^\$\{/.test(before) && field !== undefined) return fromInput(field.parts, scope, source);
  return !SETTLED.test(before);
}

const asksDatabase: CallCheck = ({ args, scope }, source) => {
  const [query] = args;
  if (query === undefined || query.some((part) => part.kind === 'operator' && part.text === '=>')) return undefined;
  const asks = /\$where["']?\s*:/.test(written(query, source.text));
  return holdsQuery(query, scope, source) || (asks && !isConstant(withoutKeys(query, source)))
    ? 'query-from-input'
    : undefined;
};

/** A text or a number can hold no operators: only what may be an object changes the question. */
const PLAIN_VALUE = /^(?:String|Number|parseInt|parseFloat|Boolean|ObjectId|toString)$/;

function holdsQuery(query: Call['args'][number], scope: Scope, source: Source): boolean {
  const [group, ...more] = query;
  if (group?.kind !== 'group' || group.bracket !== '{' || more.length > 0) return fromInput(query, scope, source);
  return group.items.some(({ parts }) => {
    const value = parts[1]?.kind === 'operator' && parts[1].text === ':' ? parts.slice(2) : parts;
    const [only, ...others] = value[0]?.kind === 'word' ? value.slice(1) : value;
    const isPlain =
      others.length === 0 && only?.kind === 'call' && PLAIN_VALUE.test(lastName(only.callee, source.text) ?? '');
    return !isPlain && fromInput(value, scope, source);
  });
}

/** Headers by name, of an answer that begins. */
const writesHead: CallCheck = ({ args, scope }, source) => {
  const headers = args.find(([first]) => first?.kind === 'group' && first.bracket === '{')?.[0];
  if (headers?.kind !== 'group') return undefined;
  for (const { parts } of headers.items) {
    const [key, , ...value] = parts;
    const name = key === undefined ? '' : (lastName(key, source.text) ?? '').toLowerCase();
    if (!fromInput(value, scope, source)) continue;
    if (name === 'access-control-allow-origin') return 'any-origin';
    if (name !== 'location') return 'header-from-input';
    if (leadsAnywhere(value, scope, source)) return 'redirect-from-input';
  }
  return undefined;
};

/** What stands after `$where:`. */
function withoutKeys(query: Call['args'][number], { text }: Source): Call['args'][number] {
  const [group] = query;
  const items = group?.kind === 'group' ? group.items : [];
  const where = items.find(({ parts }) => /^["']?\$where/.test(text.slice(parts[0]?.start, parts[0]?.end)));
  return where?.parts.slice(2) ?? [];
}

const FILES =
  'readFile readFileSync writeFile writeFileSync appendFile appendFileSync createReadStream createWriteStream open openSync unlink unlinkSync rm rmSync readdir readdirSync stat statSync access rename copyFile';
const FILE_CALLS = ['fs', 'fs.promises', 'fs/promises', 'fs-extra']
  .flatMap((root) => FILES.split(' ').map((verb) => `${root}.${verb}`))
  .join(' ');

/** A listener for messages of other pages that never asks who sent them; workers have one partner only. */
const listensToAll: CallCheck = ({ name, node, args: [event, handler] }, { text }) => {
  if (!/^window\.|^addEventListener$/.test(name) || literalText(event ?? [], text) !== 'message') return undefined;
  if (!/^(?:async\s*)?(?:function\b|\(?\w*\)?\s*=>)/.test(written(handler, text))) return undefined;
  const body = text.slice(node.start, Math.min(node.end, node.start + LONGEST_HANDLER));
  return node.end - node.start > LONGEST_HANDLER || /origin|\.source\b/.test(body)
    ? undefined
    : 'message-from-any-origin';
};
/** Characters of a listener that are read for a question about the sender. */
const LONGEST_HANDLER = 4_000;

/** `Basic` before a name and a password that stand in the code. */
const writesCredentials: CallCheck = ({ node, args: [value] }, { text }) => {
  const [, password] = /^[^\s:]{1,60}:([^\s:]{4,100})$/.exec(literalText(value ?? [], text) ?? '') ?? [];
  if (password === undefined || !/\d/.test(password) || !/[A-Za-z]/.test(password)) return undefined;
  return /\bBasic\s*["'`$+{(\s]{1,12}$/.test(text.slice(Math.max(0, node.start - 40), node.start))
    ? 'hard-coded-password'
    : undefined;
};

const allowsOrigin: CallCheck = ({ args: [options] }, { text }) => {
  const says = written(options, text);
  return /\borigin["']?\s*:\s*(?:true|["']\*["'])/.test(says) && /\bcredentials["']?\s*:\s*true/.test(says)
    ? 'any-origin'
    : undefined;
};

/** Code that a page of a driven browser runs, put together from values or named as code. */
const runsInPage: CallCheck = ({ args: [code], scope }, source) => {
  if (code === undefined || isConstant(code)) return undefined;
  const [only] = code;
  const named = code.length === 1 && only?.kind === 'name' && /^(?:code|script|js|expression)$/i.test(only.text);
  return named || builtText(code, source.text) !== undefined || fromInput(code, scope, source)
    ? 'code-from-data'
    : undefined;
};

/** Names of archive members as readers of archives give them. */
const MEMBER = /(?:\b|E)(?:entry|ntry|header|file)\.(?:path|fileName|filename|entryName|name)\b/;
const writesMember: CallCheck = ({ args, name }, { text }) =>
  /\b(?:entry|header)\.(?:path|fileName|entryName|name)\b/.test(written(args[0], text)) ||
  (name.startsWith('path.') && args.slice(1).some((part) => NAMES_MEMBER.test(written(part, text))))
    ? 'unchecked-extraction'
    : undefined;
/** `entry.name` and `entry.path` below a folder are mostly what was listed there. */
const NAMES_MEMBER = /^(?:\w*[eE]ntry\.(?:fileName|entryName)|header\.name)$/;

const FETCHERS = [
  'fetch node-fetch got request needle superagent.get axios http.get http.request https.get https.request undici.fetch undici.request',
  ...'get post put patch delete head request'
    .split(' ')
    .flatMap((verb) => [`axios.${verb}`, `got.${verb}`, `request.${verb}`, `needle.${verb}`]),
].join(' ');

const logs: CallCheck = ({ args, scope }, source) =>
  args.length > 1 && builtText(args[0] ?? [], source.text) !== undefined && fromInput(args[0], scope, source)
    ? 'format-from-input'
    : undefined;

function setsHeader(call: Call, source: Source): Said {
  const { args, scope } = call;
  const [name, value] = args;
  if (name?.[0]?.kind === 'group') return ANSWERS.test(call.name) ? writesHead(call, source) : undefined;
  if (ANSWERS.test(call.name) && fromInput(name, scope, source)) return 'header-from-input';
  const header = literalText(name ?? [], source.text)?.toLowerCase();
  if (header === 'access-control-allow-origin')
    return literalText(value ?? [], source.text) === '*' || fromInput(value, scope, source) ? 'any-origin' : undefined;
  if (header === undefined || !fromInput(value, scope, source)) return undefined;
  if (header !== 'location') return 'header-from-input';
  return leadsAnywhere(value, scope, source) ? 'redirect-from-input' : undefined;
}

/** A page that is written to with more than one literal. */
const WRITES_DOCUMENT =
  /document\s*(?:\??\.\s*|\[["'`])write(?:ln)?["'`\]\s]{0,4}\(\s*(?!["'][^"']*["']\s*\))|document(?<==[^=;]{0,100})\s*[;,)\n]/;
/** The same of a window's or a frame's. */
const WRITES_OTHER = any(
  all(together('document'), WRITES_DOCUMENT),
  all(together('contentDocument'), /contentDocument\s*\??\.\s*write(?:ln)?\(/),
);

/** jQuery as its pages name it, and as modules do. */
const ROOTS = ['$', 'jQuery', 'jquery'];
function ofJquery(...members: readonly string[]): string {
  return ROOTS.flatMap((root) => members.map((member) => `${root}${member}`)).join(' ');
}

/** Checks of pages, requests and answers. */
export const JAVASCRIPT_WEB: readonly NamedCheck[] = [
  ...names('document.write document.writeln', writesMarkup(0), WRITES_DOCUMENT, 'html-from-data'),
  // Of another window or frame; `.write` by itself is a stream's.
  ...names(
    '.write .writeln',
    (call, source) =>
      /\.(?:contentDocument|document)\.write(?:ln)?$/.test(call.name) ? writesMarkup(0)(call, source) : undefined,
    WRITES_OTHER,
    'html-from-data',
  ),
  ...names('.insertAdjacentHTML', writesMarkup(1), /insertAdjacentHTML/, 'html-from-data'),
  ...names(
    '.createContextualFragment .setHTMLUnsafe .parseHTMLUnsafe',
    writesMarkup(0),
    /createContextualFragment|HTMLUnsafe/,
    'html-from-data',
  ),
  ...names(ofJquery('().html'), writesMarkup(0), /\.\s*html\s*\(\s*[^)\s]/, 'html-from-data'),
  ...names(
    '.bypassSecurityTrustHtml .bypassSecurityTrustScript .bypassSecurityTrustUrl .bypassSecurityTrustResourceUrl .bypassSecurityTrustStyle',
    writesMarkup(0),
  ),
  ...names('.SafeString', writesMarkup(0)),
  ...names(
    ofJquery('', '().append', '().prepend', '().after', '().before', '().replaceWith', '().appendTo'),
    buildsMarkup,
    any(
      /(?:\$|jQuery|append|prepend|after|before|replaceWith|appendTo)\s*\([(\s]*["'`]\s*</,
      all(HAS_INPUT, /(?:\$|jQuery)\(/),
    ),
    'html-from-data',
  ),
  ...names('.send .write .end', answers, HAS_INPUT),
  ...names('.redirect', redirects, HAS_INPUT),
  ...names(
    '.find .findOne .findOneAndUpdate .updateOne .updateMany .deleteOne .deleteMany .aggregate .countDocuments',
    asksDatabase,
    any(HAS_INPUT, /\$where/),
  ),
  ...names(`${FILE_CALLS} path.join path.resolve .download`, taken('path-from-input', 3), HAS_INPUT),
  // Below `root` nothing else is sent (Express, `res.sendFile`).
  ...names(
    '.sendFile .sendfile',
    (call, source) =>
      /\broot\b/.test(written(call.args[1], source.text)) ? undefined : taken('path-from-input', 3)(call, source),
    HAS_INPUT,
  ),
  ...names(`${FILE_CALLS} path.join path.resolve`, writesMember, MEMBER),
  ...names(FETCHERS, taken('request-from-input', 2), HAS_INPUT),
  ...names(
    'pug.compile pug.render ejs.render ejs.compile nunjucks.renderString handlebars.compile Handlebars.compile lodash.template _.template mustache.render',
    taken('template-injection'),
    HAS_INPUT,
  ),
  ...names(
    'Object.assign lodash.merge lodash.defaultsDeep lodash.set deepmerge extend jQuery.extend $.extend merge',
    taken('prototype-pollution', 3),
    HAS_INPUT,
  ),
  ...names('console.log console.error util.format', logs, HAS_INPUT),
  ...names('.writeHead', writesHead, any(/Access-Control-Allow-Origin/i, HAS_INPUT)),
  ...names(
    '.setHeader .header .set .append @nestjs/common.Header',
    setsHeader,
    any(/Access-Control-Allow-Origin/i, HAS_INPUT),
  ),
  ...names(
    '.addEventListener addEventListener',
    listensToAll,
    /addEventListener\(\s*["'`]message["'`]/,
    'message-from-any-origin',
  ),
  ...names('Buffer.from btoa', writesCredentials, /\bBasic\b/),
  ...names('cors', allowsOrigin, /credentials["']?\s*:\s*true/),
  ...names('page.evaluate .page.evaluate', runsInPage, /\bpage\s*\.\s*evaluate\(/),
  ...names('.postMessage', ({ args }, { text }) =>
    literalText(args[1] ?? [], text) === '*' ? 'message-to-any-origin' : undefined,
  ),
];
