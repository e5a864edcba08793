import type { Assignment, Call, Source } from '../syntax/source.ts';
import type { Node } from '../syntax/tree.ts';
import { builtText, isConstant, isName, keyword, literalText } from '../syntax/values.ts';
import { argumentValue, isFixed, withTexts } from './fixed.ts';
import { fromInput, HAS_SHINY_INPUT } from './input.ts';
import { R_MORE } from './r-more.ts';
import { type CallCheck, fetches, isCleartext, names, type RuleSet, type Said, SECRET_NAME } from './rules.ts';
import { written } from './settings.ts';
import { SHARED_CONCERNS, SHARED_HINTS, SHARED_NEEDS, SHARED_PHRASES, SHARED_SPOTS } from './shared-settings.ts';
import { isBuiltSql } from './sql.ts';

const HINTS: RuleSet['hints'] = [
  ...['ssl_verifypeer', 'verifypeer', 'ssl_verifyhost', 'verifyhost'].map((word) => ({ words: [word] })),
  { words: ['options', 'download', 'extra'] },
  { words: ['extra'], pattern: /["'](?:-k|--insecure)|--no-check-certificate/ },
  { words: ['host'], pattern: /["']0\.0\.0\.0/ },
  ...['sample', 'runif', 'rnorm'].map((word) => ({ words: [word], pattern: SECRET_NAME })),
];

/** `parse` takes a file first and code as `text`; the others take code first (R manual). */
const parses: CallCheck = ({ node, name, args }, source) => {
  const code = keyword(node, 'text') ?? (name.endsWith('parse') ? undefined : args[0]);
  if (code === undefined) return undefined;
  if (/\b(?:readLines|scan|url)\(\s*["'](?:https?|ftp):/.test(written(code, source.text))) return 'code-from-network';
  if (isConstant(code)) return undefined;
  return fetches(code, source) ? 'code-from-network' : 'code-from-data';
};

const runsShell: CallCheck = ({ args: [command], scope }) => {
  if (command === undefined) return undefined;
  return isFixed(argumentValue(command, scope), scope) ? 'shell-use' : 'shell-command';
};

/** An argument without its keyword. */
function keywordless(argument: Call['args'][number]): Call['args'][number] {
  const [target, sign] = argument;
  return target?.kind === 'name' && sign?.kind === 'operator' && sign.text === '=' ? argument.slice(2) : argument;
}

/** `system2` gives its arguments to a shell as well, unquoted (R manual). */
const startsProcess: CallCheck = ({ args: [program, ...rest], scope }, source) => {
  const { text } = source;
  const given = rest.map(keywordless);
  const isShell = /^(?:\/(?:usr\/)?bin\/)?(?:sh|bash|cmd)$/.test(literalText(keywordless(program ?? []), text) ?? '');
  const varies = (value: Call['args'][number]): boolean =>
    !isConstant(value) && !/^c\((?:["'][^"']*["'][,\s]*)*\)$/.test(written(value, text));
  return (isShell && given.some(varies)) ||
    given.some((value) => builtText(value, text) !== undefined || fromInput(inVector(value), scope, source))
    ? 'shell-command'
    : undefined;
};

/** What stands in `c(...)`. */
function inVector(value: Call['args'][number]): Call['args'][number] {
  const [only, ...more] = value;
  const isVector = only?.kind === 'call' && only.callee.kind === 'name' && only.callee.text === 'c';
  return isVector && more.length === 0 ? only.args.flatMap(({ parts }) => parts) : value;
}

/** Functions of R that save a download under a name that they are given, and what they are given. */
const SAVES = /\b(?:download\.file|curl_download|curl_fetch_disk|write_disk)\(([^\n]{0,300})/g;

/** Names under which a text saves downloads, of the text that was asked about last. */
let lastSaved: { readonly text: string; readonly names: ReadonlySet<string> } | undefined;

function savedIn(text: string): ReadonlySet<string> {
  if (lastSaved?.text !== text) {
    const given = [...text.matchAll(SAVES)].flatMap(([, args = '']) => args.match(/[A-Za-z.][\w.]*(?=\s*[,)])/g) ?? []);
    lastSaved = { text, names: new Set(given) };
  }
  return lastSaved.names;
}

/** Whether an expression is a name under which the file saves a download. */
function isDownloaded([only, ...more]: readonly Node[], text: string): boolean {
  return only?.kind === 'name' && more.length === 0 && savedIn(text).has(only.text);
}

const sources: CallCheck = ({ node, args, scope }, source) => {
  const { text } = source;
  const file = argumentValue(keyword(node, 'file') ?? args[0], scope);
  if (fetches(file, source) || isDownloaded(node.args[0]?.parts ?? [], text)) return 'code-from-network';
  if (/^textConnection\(/.test(written(file, text))) return isConstant(file) ? undefined : 'code-from-data';
  const [base] = withTexts(pasted(file), scope);
  const address = literalText(file, text) ?? (base === undefined ? undefined : literalText([base], text));
  return address !== undefined && /^(?:https?|ftp):\/\//i.test(address) ? 'code-from-network' : undefined;
};

/** A file of the package itself, of its tests or of this session. */
function isOwnFile([only, ...more]: readonly Node[]): boolean {
  if (more.length > 0 || only?.kind !== 'call') return false;
  const { callee } = only;
  const called = callee.kind === 'name' ? callee.text : callee.kind === 'member' ? callee.name : '';
  return /^(?:system\.file|file\.path|here|test_path|tempfile|textConnection|gzcon)$/.test(called);
}

const deserialises: CallCheck = ({ node, name, args: [file], scope }, source) => {
  if (file === undefined) return undefined;
  const address = literalText(argumentValue(file, scope), source.text);
  const remote = fetches(file, source) || /^(?:https?|ftp):\/\//i.test(address ?? '');
  if (remote || isDownloaded(node.args[0]?.parts ?? [], source.text)) return 'deserialisation-of-download';
  if (fromInput(file, scope, source)) return 'deserialisation';
  if (/^(?:base::)?serialize\(/.test(written(file, source.text))) return undefined;
  if (name.endsWith('readRDS') && isOwnFile(file)) return undefined;
  return /(?:unserialize|readRDS)$/.test(name) && !isConstant(file) ? 'deserialisation' : undefined;
};

const fetchesCleartext: CallCheck = ({ node, args, scope }, { text }) =>
  [args[0], keyword(node, 'url'), keyword(node, 'file')].some(
    (value) => isCleartext(value, text, scope) || isCleartext(pasted(value), text, scope) || isFtp(value, text),
  )
    ? 'cleartext-transfer'
    : undefined;

/** What `paste0("http://", host)` begins with. */
function pasted(value: readonly Node[] | undefined): readonly Node[] {
  const [only, ...more] = value ?? [];
  const isPasted =
    only?.kind === 'call' && only.callee.kind === 'name' && /^(?:paste0?|sprintf)$/.test(only.callee.text);
  return isPasted && more.length === 0 ? (only.args[0]?.parts ?? []) : [];
}

function isFtp(value: Call['args'][number] | undefined, text: string): boolean {
  return /^ftp:\/\//i.test(literalText(value ?? [], text) ?? '');
}

const hashes: CallCheck = ({ node, args, name }, { text }) => {
  // The checksum of a file tells whether it is whole.
  if (isName(keyword(node, 'file'), 'TRUE', 'T')) return undefined;
  const given = keyword(node, 'algo') ?? (name.endsWith('hmac') ? args[2] : args[1]);
  const algorithm = /^(?:digest|hmac)/.test(name) && !name.endsWith('sha1') ? literalText(given ?? [], text) : name;
  if (algorithm === undefined || !/md5$|sha1$/i.test(algorithm)) return undefined;
  return /passw|secret/i.test(text.slice(node.start, node.end).slice(0, 300)) ? 'weak-hash-of-secret' : 'weak-hash';
};

const runsSql: CallCheck = ({ args, scope }, { text }) =>
  args.some((value) => isBuiltSql(value, scope, text)) ? 'sql-from-strings' : undefined;

const parsesXml: CallCheck = ({ node }, { text }) =>
  /\bNOENT\b|replaceEntities\s*=\s*TRUE/.test(text.slice(node.start, node.end).slice(0, 500))
    ? 'xml-entities'
    : undefined;

const opensPermissions: CallCheck = ({ node, args: [, mode] }, { text }) =>
  /[2367]$/.test(literalText(keyword(node, 'mode') ?? mode ?? [], text) ?? '') ? 'open-permissions' : undefined;

const CALLS: RuleSet['calls'] = [
  ...names(
    'parse base.parse str2lang str2expression base.str2lang base.str2expression rlang.parse_expr parse_expr rlang.parse_exprs parse_exprs rlang.parse_quo parse_quo rlang.parse_quos',
    parses,
  ),
  ...names('system shell base.system base.shell pipe base.pipe shell.exec', runsShell),
  ...names(
    'system2 base.system2 processx.run processx.process.new sys.exec_wait sys.exec_internal sys.exec_background callr.rcmd',
    startsProcess,
  ),
  ...names('fread data.table.fread', ({ node }) => {
    const command = keyword(node, 'cmd');
    return command === undefined || isConstant(command) ? undefined : 'shell-command';
  }),
  ...names(
    'jsonlite.fromJSON fromJSON jsonlite.read_json jsonlite.stream_in xml2.read_html xml2.read_xml xml2.download_html rvest.read_html read_html read_xml XML.xmlParse XML.htmlParse htmlParse data.table.fread fread readr.read_csv readr.read_tsv readr.read_delim readr.read_lines readr.read_file read_csv read_tsv read_delim read_lines vroom.vroom rio.import read.delim read.csv2 utils.read.csv utils.read.table base.readLines scan httr.PUT httr.DELETE httr.PATCH httr.HEAD PUT DELETE PATCH curl.curl curl_download curl.curl_fetch_disk curl.curl_fetch_stream RCurl.getURLContent RCurl.postForm RCurl.getForm getForm postForm crul.HttpClient.new httr2.req_perform browseURL.get download.packages source sys.source',
    fetchesCleartext,
    /["'](?:http|ftp):\/\//,
  ),
  ...names('digest.hmac hmac', hashes),
  ...names('digest.AES AES', ({ node }, { text }) =>
    /^["']ECB["']$/i.test(written(keyword(node, 'mode'), text)) ? 'weak-cipher' : undefined,
  ),
  ...names('dir.create base.dir.create', ({ node }, { text }) =>
    /[2367]$/.test(literalText(keyword(node, 'mode') ?? [], text) ?? '') ? 'open-permissions' : undefined,
  ),
  ...names('.setHeader', ({ args: [name, value] }, { text }) =>
    literalText(name ?? [], text)?.toLowerCase() === 'access-control-allow-origin' &&
    literalText(value ?? [], text) === '*'
      ? 'any-origin'
      : undefined,
  ),
  ...names('plumber.pr_set_debug pr_set_debug', ({ args }) =>
    args.some((value) => isName(value, 'TRUE', 'T')) ? 'debug-server' : undefined,
  ),
  ...names('jose.jwt_split jwt_split', () => 'unsigned-token'),
  ...names('source base.source devtools.source_url source_url sys.source', sources),
  ...names('readRDS unserialize load base.readRDS base.load base.unserialize qs.qread', deserialises),
  ...names(
    'download.file utils.download.file url base.url httr.GET httr.POST GET POST httr2.request curl.curl_download curl.curl_fetch_memory RCurl.getURL getURL read.csv read.table readLines',
    fetchesCleartext,
    /["'](?:http|ftp):\/\//,
  ),
  ...names('digest digest.digest digest.sha1 openssl.md5 openssl.sha1 tools.md5sum', hashes),
  ...names(
    '.dbGetQuery .dbExecute .dbSendQuery .dbSendStatement dbGetQuery dbExecute dbSendQuery dbSendStatement sqldf sqldf.sqldf sqlQuery RODBC.sqlQuery DBI.dbGetQuery DBI.dbExecute DBI.dbSendQuery DBI.dbSendStatement .dbGetQueryArrow sql dplyr.sql dbplyr.sql DBI.SQL SQL RMySQL.dbGetQuery',
    runsSql,
  ),
  ...names('XML.xmlParse xmlParse XML.xmlTreeParse xmlTreeParse xml2.read_xml read_xml', parsesXml),
  ...names('untar utils.untar', ({ node }) =>
    isName(keyword(node, 'list'), 'TRUE', 'T') ? undefined : 'unchecked-extraction',
  ),
  ...names('Sys.chmod', opensPermissions),
];

const everyCall: CallCheck = ({ node, name, scope }, { text }) => {
  if (node.args.length === 0) return undefined;
  const off = ['ssl_verifypeer', 'ssl.verifypeer', 'ssl_verifyhost', 'ssl.verifyhost'].map((option) =>
    keyword(node, option),
  );
  if (
    off.some((value) => value !== undefined && /^(?:0L?|FALSE|F)$/.test(text.slice(value[0]?.start, value.at(-1)?.end)))
  )
    return 'tls-verification-off';
  if (
    /^(?:["']?-k|--insecure|.*--no-check-certificate)/.test(
      literalText(keyword(node, 'extra') ?? keyword(node, 'download.file.extra') ?? [], text) ?? '',
    )
  )
    return 'tls-verification-off';
  if (/^(?:sample|runif|rnorm|sample\.int)$/.test(name) && scope.functions.some((around) => SECRET_NAME.test(around)))
    return 'predictable-random';
  const host = literalText(keyword(node, 'host') ?? keyword(node, 'shiny.host') ?? [], text);
  return host === '0.0.0.0' ? 'binds-all-addresses' : undefined;
};

function everyAssignment({ target, value }: Assignment, { text }: Source): Said {
  if (!SECRET_NAME.test(target) || isName(value)) return undefined;
  const start = value[0]?.start ?? 0;
  const given = text.slice(start, Math.min(value.at(-1)?.end ?? start, start + 200));
  return /^[^{]*\b(?:sample|runif|rnorm|sample\.int|stringi::stri_rand_strings)\(/.test(given)
    ? 'predictable-random'
    : undefined;
}

/** Weaknesses of R code. */
export const R: RuleSet = {
  hints: [...HINTS, ...SHARED_HINTS],
  calls: [...CALLS, ...R_MORE],
  input: HAS_SHINY_INPUT,
  everyCall: [everyCall],
  everyAssignment: [everyAssignment],
  everyPhrase: SHARED_PHRASES,
  spots: SHARED_SPOTS,
  needs: SHARED_NEEDS,
  concerns: SHARED_CONCERNS,
};
