/** What JavaScript code asks of other runtimes, driven browsers and builders of queries, beside what `javascript-more.ts` has. */
import { builtText, isConstant, literalText } from '../syntax/values.ts';
import { fromInput, HAS_INPUT } from './input.ts';
import { type CallCheck, type NamedCheck, names } from './rules.ts';
import { lastName, written } from './settings.ts';

/** A shell and the line that it is given: `["sh", "-c", line]`, `"sh", { args: ["-c", line] }`. */
const SHELL_LINE =
  /["'`](?:\/(?:usr\/)?bin\/)?(?:sh|bash|zsh|dash|cmd|cmd\.exe|powershell)["'`]\s*,\s*(?:\{\s*args\s*:\s*)?\[?\s*["'`](?:-[a-z]{0,3}c|\/c)["'`]\s*,\s*(?:(["'`])(?:(?!\1|\$\{)[^\\\n]){0,400}\1\s*(?:\+|\.concat)|[^"'`\s]|`[^`\n]{0,400}\$\{)/i;

const startsShell: CallCheck = ({ start, end }, { text }) =>
  SHELL_LINE.test(text.slice(start, Math.min(end, start + 600))) ? 'shell-command' : undefined;

/** Conditions of a query builder, which are SQL however they look (TypeORM, "QueryBuilder"). */
const COMPARES = /(?:=|<|>|\blike|\bin)\s*\(?\s*['"%]*\s*$/i;
const addsCondition: CallCheck = ({ args: [condition] }, { text }) => {
  const [first] = condition ?? [];
  const built = builtText(condition ?? [], text);
  if (built === undefined || first?.kind !== 'string') return undefined;
  const [field] = first.fields;
  const before = text.slice(first.start + 1, field === undefined ? first.end - 1 : field.start - 2);
  return COMPARES.test(before) ? 'sql-from-strings' : undefined;
};

const asksLdap: CallCheck = ({ args }, { text }) =>
  args.some((value) => {
    const [group] = value;
    if (group?.kind !== 'group') return false;
    return group.items.some(({ parts: [key, , ...given] }) => {
      if (key === undefined || lastName(key, text) !== 'filter') return false;
      return /^\([&|!(]*\w+=/.test(builtText(given, text) ?? '');
    });
  })
    ? 'ldap-from-strings'
    : undefined;

/** The same mode as for `chmod`, as an option. */
const OPEN_MODE = /\bmode["']?\s*:\s*["']?0?o?[0-7]{1,3}[2367]\b/;

/** A pattern for scripts in a page that misses some: `</script >`, other letters, several lines. */
const HAS_SCRIPT_PATTERN = /\.\s*replace(?:All)?\s*\(\s*\/[^/\n]{0,60}<script/i;

/** Checks by name. */
export const JAVASCRIPT_RUNTIMES: readonly NamedCheck[] = [
  ...names('Deno.run Deno.Command Bun.spawn Bun.spawnSync zx.spawn', startsShell),
  ...names('.evaluateOnNewDocument .addInitScript', ({ args: [code], scope }, source) =>
    builtText(code ?? [], source.text) !== undefined || fromInput(code, scope, source) ? 'code-from-data' : undefined,
  ),
  ...names(
    'importScripts self.importScripts',
    ({ args: [address], scope }, source) => (fromInput(address, scope, source) ? 'code-chosen-by-input' : undefined),
    HAS_INPUT,
  ),
  ...names(
    '.where .andWhere .orWhere .having .andHaving .orHaving',
    addsCondition,
    /\.(?:and|or)?(?:where|having)\(\s*["'`][\w."]{1,60}\s*(?:=|<|>|like\b|in\b)/i,
  ),
  ...names('.search', asksLdap, /filter["']?\s*:\s*["'`]\(/),
  ...names(
    'fs.writeFile fs.writeFileSync fs.appendFile fs.appendFileSync fs.mkdir fs.mkdirSync fs.createWriteStream fs.promises.writeFile fs.promises.mkdir fs/promises.writeFile fs/promises.mkdir',
    ({ node }, { text }) =>
      node.args.slice(1).some(({ parts }) => OPEN_MODE.test(written(parts, text))) ? 'open-permissions' : undefined,
    OPEN_MODE,
  ),
  ...names(
    '.replace .replaceAll',
    ({ node: { args } }, { text }) =>
      args[0]?.parts[0]?.kind === 'regex' && /<script/i.test(written(args[0].parts, text))
        ? 'incomplete-escape'
        : undefined,
    HAS_SCRIPT_PATTERN,
    'incomplete-escape',
  ),
  ...names('jose.JWT.verify', ({ args: [, key] }, { text }) =>
    /\bJWK\.None$/.test(written(key, text)) ? 'unsigned-token' : undefined,
  ),
  ...names(
    'crypto.createHash createHash',
    ({ node, args: [algorithm] }, { text }) =>
      /^sha(?:-?(?:2\d\d|384|512)|3-\d+)$/i.test(literalText(algorithm ?? [], text) ?? '') &&
      /^\s*\.update\(\s*(?:\w+\.)*\w*(?:password|passwd|passphrase)\s*[,)]/i.test(text.slice(node.end, node.end + 120))
        ? 'fast-hash-of-password'
        : undefined,
    /\.update\(\s*[\w.]{0,60}(?:password|passwd|passphrase)/i,
  ),
  ...names(
    'AsyncFunction GeneratorFunction AsyncGeneratorFunction',
    ({ args }) => (args.length === 0 || args.every((value) => isConstant(value)) ? undefined : 'code-from-data'),
    /(?:Async|Generator)Function["'`\])\s]{0,4}(?:\??\.\s*(?:call|apply)\s*)?\(\s*[^)\s]|[=(,]\s*\w*(?:Async|Generator)Function\s*[;,)}\n]/,
  ),
];
