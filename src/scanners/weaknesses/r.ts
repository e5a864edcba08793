import type { Assignment, Source } from '../syntax/source.ts';
import { builtText, isConstant, isName, keyword, literalText } from '../syntax/values.ts';
import {
  type CallCheck,
  fetches,
  HAS_CLEARTEXT,
  isCleartext,
  isSql,
  names,
  type RuleSet,
  type Said,
  SECRET_NAME,
} from './rules.ts';

const HINTS: RuleSet['hints'] = [
  ...['ssl_verifypeer', 'verifypeer', 'ssl_verifyhost', 'verifyhost'].map((word) => ({ words: [word] })),
  { words: ['host'], pattern: /["']0\.0\.0\.0/ },
  ...['sample', 'runif', 'rnorm'].map((word) => ({ words: [word], pattern: /[Tt]oken|[Pp]assw|[Ss]ecret|[Nn]once/ })),
];

const parses: CallCheck = ({ node }, source) => {
  const code = keyword(node, 'text');
  if (code === undefined || isConstant(code)) return undefined;
  return fetches(code, source) ? 'code-from-network' : 'code-from-data';
};

const runsShell: CallCheck = ({ args: [command] }) => {
  if (command === undefined) return undefined;
  return isConstant(command) ? 'shell-use' : 'shell-command';
};

/** `system2` gives its arguments to a shell as well, unquoted (R manual). */
const startsProcess: CallCheck = ({ args: [, ...rest] }, { text }) =>
  rest.some((value) => builtText(value, text) !== undefined) ? 'shell-command' : undefined;

const sources: CallCheck = ({ args: [file] }, { text }) => {
  const address = literalText(file ?? [], text);
  return address !== undefined && /^(?:https?|ftp):\/\//i.test(address) ? 'code-from-network' : undefined;
};

const deserialises: CallCheck = ({ args: [file] }, source) => {
  if (file === undefined) return undefined;
  const address = literalText(file, source.text);
  const remote = fetches(file, source) || /^(?:https?|ftp):\/\//i.test(address ?? '');
  return remote ? 'deserialisation-of-download' : undefined;
};

const fetchesCleartext: CallCheck = ({ node, args }, { text }) =>
  isCleartext(args[0], text) || isCleartext(keyword(node, 'url'), text) ? 'cleartext-transfer' : undefined;

const hashes: CallCheck = ({ node, args, name }, { text }) => {
  const algorithm = name.startsWith('digest') ? literalText(keyword(node, 'algo') ?? args[1] ?? [], text) : name;
  if (algorithm === undefined || !/md5$|sha1$/i.test(algorithm)) return undefined;
  return /passw|secret/i.test(text.slice(node.start, node.end).slice(0, 300)) ? 'weak-hash-of-secret' : 'weak-hash';
};

const runsSql: CallCheck = ({ args }, { text }) =>
  args.some((value) => isSql(builtText(value, text) ?? '')) ? 'sql-from-strings' : undefined;

const parsesXml: CallCheck = ({ node }, { text }) =>
  /\bNOENT\b|replaceEntities\s*=\s*TRUE/.test(text.slice(node.start, node.end).slice(0, 500))
    ? 'xml-entities'
    : undefined;

const opensPermissions: CallCheck = ({ args: [, mode] }, { text }) =>
  /[2367]$/.test(literalText(mode ?? [], text) ?? '') ? 'open-permissions' : undefined;

const CALLS: RuleSet['calls'] = [
  ...names('parse str2lang str2expression rlang.parse_expr', parses),
  ...names('system shell base.system pipe base.pipe shell.exec', runsShell),
  ...names('system2 base.system2 processx.run', startsProcess),
  ...names('source base.source devtools.source_url source_url sys.source', sources),
  ...names('readRDS unserialize load base.readRDS base.load base.unserialize qs.qread', deserialises),
  ...names(
    'download.file utils.download.file url base.url httr.GET httr.POST GET POST httr2.request curl.curl_download curl.curl_fetch_memory RCurl.getURL getURL read.csv read.table readLines',
    fetchesCleartext,
    HAS_CLEARTEXT,
  ),
  ...names('digest digest.digest digest.sha1 openssl.md5 openssl.sha1 tools.md5sum', hashes),
  ...names(
    '.dbGetQuery .dbExecute .dbSendQuery .dbSendStatement dbGetQuery dbExecute dbSendQuery dbSendStatement sqldf sqlQuery RODBC.sqlQuery',
    runsSql,
  ),
  ...names('XML.xmlParse xmlParse XML.xmlTreeParse xmlTreeParse xml2.read_xml read_xml', parsesXml),
  ...names('untar utils.untar', () => 'unchecked-extraction'),
  ...names('Sys.chmod', opensPermissions),
];

const everyCall: CallCheck = ({ node }, { text }) => {
  if (node.args.length === 0) return undefined;
  const off = ['ssl_verifypeer', 'ssl.verifypeer', 'ssl_verifyhost', 'ssl.verifyhost'].map((option) =>
    keyword(node, option),
  );
  if (
    off.some((value) => value !== undefined && /^(?:0L?|FALSE|F)$/.test(text.slice(value[0]?.start, value.at(-1)?.end)))
  )
    return 'tls-verification-off';
  const host = literalText(keyword(node, 'host') ?? keyword(node, 'shiny.host') ?? [], text);
  return host === '0.0.0.0' ? 'binds-all-addresses' : undefined;
};

function everyAssignment({ target, value }: Assignment, { text }: Source): Said {
  if (!SECRET_NAME.test(target) || isName(value)) return undefined;
  const start = value[0]?.start ?? 0;
  const written = text.slice(start, Math.min(value.at(-1)?.end ?? start, start + 200));
  return /^[^{]*\b(?:sample|runif|rnorm|sample\.int|stringi::stri_rand_strings)\(/.test(written)
    ? 'predictable-random'
    : undefined;
}

/** Weaknesses of R code. */
export const R: RuleSet = { hints: HINTS, calls: CALLS, everyCall, everyAssignment };
