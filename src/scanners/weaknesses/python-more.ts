/** Calls that are weak by what they do, beside those in `python.ts`. */
import type { Call, Source } from '../syntax/source.ts';
import { isConstant, isName, keyword, literalText } from '../syntax/values.ts';
import { type CallCheck, type NamedCheck, names, type Said } from './rules.ts';
import { written } from './settings.ts';
import { isSlow } from './slow-regex.ts';
import { HAS_SQL, runsSql } from './sql.ts';

const REPLACED = 'l le lp lpe v ve vp vpe'.split(' ');
const STARTERS = [...REPLACED.map((end) => `os.exec${end}`), ...REPLACED.map((end) => `os.spawn${end}`)].join(' ');

/** A program that starts itself anew chooses no other. */
const startsProgram: CallCheck = ({ args }, { text }) =>
  !args.slice(0, 2).some((value) => written(value, text) === 'sys.executable') &&
  args.some((value) => !isConstant(value) && !/^os\.(?:P_\w+|environ)$/.test(written(value, text)))
    ? 'process-from-data'
    : undefined;

const runsLater: CallCheck = ({ args }) =>
  args.length > 1 && !isConstant(args[1] ?? []) ? 'shell-command' : undefined;

const runsSource: CallCheck = ({ args: [code] }) =>
  code === undefined || isConstant(code) ? undefined : 'code-from-data';

const searches: CallCheck = ({ args: [pattern] }, { text }) => {
  const literal = literalText(pattern ?? [], text);
  return literal !== undefined && isSlow(literal) ? 'slow-regex' : undefined;
};

const waits: CallCheck = ({ node }) =>
  node.args.length > 0 && isEndless(keyword(node, 'timeout')) && !node.args.some(({ parts }) => isSpread(parts))
    ? 'no-timeout'
    : undefined;

function isEndless(timeout: Call['args'][number] | undefined): boolean {
  return timeout === undefined || isName(timeout, 'None');
}

/** `*values` and `**options` may hold anything. */
function isSpread(parts: Call['args'][number]): boolean {
  const [sign] = parts;
  return sign?.kind === 'operator' && /^\*\*?$/.test(sign.text);
}

/** Names of an owner and a model, or of a model of the first ones, which had no owner; not those of a local file. */
const MODEL = /^\w[\w.-]*(?:\/[\w.-]+|-[\w.-]*[a-z])$/;
/** Data sets without an owner; a name that stands for a format of files at hand comes with these (Datasets, "Load"). */
const DATA_SET = /^\w[\w.-]*(?:\/[\w.-]+)?$/;
const FORMATS = /^(?:csv|json|parquet|text|arrow|pandas|xml|sql|generator|webdataset|\w+folder)$/;

const takesModel: CallCheck = ({ name, node, args: [model] }, { text }) => {
  if (keyword(node, 'revision') !== undefined) return undefined;
  const named = literalText(model ?? [], text) ?? literalText(keyword(node, 'repo_id') ?? [], text) ?? '';
  const isNamed = name.endsWith('load_dataset') ? DATA_SET.test(named) && !FORMATS.test(named) : MODEL.test(named);
  return isNamed ? 'unpinned-model' : undefined;
};

function setsCookie({ node, args }: Call): Said {
  if (isName(keyword(node, 'secure'), 'False')) return 'insecure-cookie';
  if (isName(keyword(node, 'httponly'), 'False')) return 'script-readable-cookie';
  const says = keyword(node, 'secure') !== undefined || node.args.some(({ parts }) => isSpread(parts));
  return says || args.length < 2 ? undefined : 'cookie-without-secure';
}

/** Opens files as well as addresses (Python documentation, `urllib.request`, "Legacy interface" and `FileHandler`). */
export const opensAddress: CallCheck = ({ args: [address] }) =>
  address === undefined || isConstant(address) ? undefined : 'address-of-any-kind';

/** What libcurl checks of the other side (libcurl, CURLOPT_SSL_VERIFYPEER and _VERIFYHOST). */
const setsCurl: CallCheck = ({ args: [option, value] }, { text }) =>
  /\bSSL_VERIFY(?:PEER|HOST)$/.test(written(option, text)) && /^(?:0|False)$/.test(written(value, text))
    ? 'tls-verification-off'
    : undefined;

function allowsEveryOrigin({ node }: Call, { text }: Source): Said {
  const origins = keyword(node, 'origins') ?? keyword(node, 'allow_origins') ?? keyword(node, 'resources');
  return /^\[?\s*["']\*["']\s*\]?$|origins["']\s*:\s*["']\*["']/.test(written(origins, text))
    ? 'any-origin'
    : undefined;
}

/** Django's `extra` takes pieces of SQL by keyword. */
const addsSql: CallCheck = ({ node }) =>
  ['where', 'select', 'tables', 'order_by'].some((name) => !isConstant(keyword(node, name) ?? []))
    ? 'sql-from-strings'
    : undefined;

/** Loops over the names of an archive's members, and what code asks of them before it trusts them. */
const OVER_MEMBERS = /\bfor\s+(\w+)\s+in\s+[\w.()[\]]{1,80}\.(?:namelist|infolist|getnames|getmembers)\(\)/g;
const LISTS_MEMBERS = /\.(?:namelist|infolist|getnames|getmembers)\(\)/;
const ASKS_PLACE =
  /\.\.|\b(?:basename|realpath|abspath|resolve|normpath|commonpath|commonprefix|is_relative_to|isabs|is_absolute|secure_filename|startswith)\b/;
/** Characters in front of a call in which the loop around it may stand. */
const LOOP = 800;

/** Writes a file under the name that a member of an archive gives itself. */
const writesMember: CallCheck = ({ node, args: [path, mode] }, { text }) => {
  if (!/[wax]/.test(literalText(keyword(node, 'mode') ?? mode ?? [], text) ?? '')) return undefined;
  const before = text.slice(Math.max(0, node.start - LOOP), node.start);
  const [loop] = [...before.matchAll(OVER_MEMBERS)].slice(-1);
  if (loop?.[1] === undefined || ASKS_PLACE.test(before.slice(loop.index))) return undefined;
  const named = written(path, text);
  return new RegExp(`\\b${loop[1]}\\b`).test(named) && !ASKS_PLACE.test(named) ? 'unchecked-extraction' : undefined;
};

/** Checks by name. */
export const PYTHON_MORE: readonly NamedCheck[] = [
  ...names(`${STARTERS} os.startfile os.posix_spawn pty.spawn`, startsProgram, undefined, 'process-from-data'),
  ...names('.subprocess_shell', runsLater),
  ...names(
    'code.InteractiveConsole().runsource code.InteractiveConsole().push code.InteractiveInterpreter().runsource code.InteractiveInterpreter().runcode',
    runsSource,
  ),
  ...names('_xxsubinterpreters.run_string _interpreters.run_string _interpreters.exec', ({ args: [, code] }) =>
    code === undefined || isConstant(code) ? undefined : 'code-from-data',
  ),
  ...names('_testcapi.run_in_subinterp runpy.run_path', runsSource),
  ...names('logging.config.listen', () => 'logging-listener'),
  ...names(
    'multiprocessing.connection.Client().recv multiprocessing.connection.Listener().accept().recv',
    () => 'deserialisation',
  ),
  ...names('ruamel.yaml.YAML', ({ node, args }, { text }) =>
    literalText(keyword(node, 'typ') ?? args[0] ?? [], text) === 'unsafe' ? 'unsafe-yaml' : undefined,
  ),
  ...names(
    'urllib3.disable_warnings requests.packages.urllib3.disable_warnings',
    () => 'tls-warnings-off',
    undefined,
    'tls-warnings-off',
  ),
  ...names('asyncssh.connect', ({ node }) =>
    isName(keyword(node, 'known_hosts'), 'None') ? 'unknown-host-key' : undefined,
  ),
  ...names('os.umask', ({ args: [mask] }, { text }) =>
    /^0o?0*$/.test(written(mask, text)) ? 'open-permissions' : undefined,
  ),
  ...names('.extra', addsSql, /\.extra\(\s*(?:where|select|tables|order_by)\b/),
  ...names('django.db.models.expressions.RawSQL RawSQL', ({ args: [sql] }) =>
    sql === undefined || isConstant(sql) || isSpread(sql) ? undefined : 'sql-from-strings',
  ),
  ...names('.fetch .fetchrow .fetchval', runsSql, HAS_SQL),
  ...names(
    're.match re.search re.fullmatch re.compile re.findall re.finditer re.sub re.split',
    searches,
    /[+*?]\)[+*{]/,
    'slow-regex',
  ),
  ...names(
    'requests.get requests.post requests.put requests.patch requests.delete requests.head requests.request',
    waits,
    undefined,
    'no-timeout',
  ),
  ...names(
    '.from_pretrained huggingface_hub.hf_hub_download huggingface_hub.snapshot_download datasets.load_dataset',
    takesModel,
    undefined,
    'unpinned-model',
  ),
  ...names(
    '.from_pretrained transformers.pipeline datasets.load_dataset',
    ({ node }) => (isName(keyword(node, 'trust_remote_code'), 'True') ? 'remote-model-code' : undefined),
    /trust_remote_code\s*=\s*True/,
  ),
  ...names(
    'urllib.request.urlopen urllib.request.urlretrieve urllib2.urlopen urllib.urlopen urllib.urlretrieve',
    opensAddress,
    undefined,
    'address-of-any-kind',
  ),
  // httpx waits five seconds where nothing is said (httpx, "Timeouts").
  ...names(
    'httpx.get httpx.post httpx.put httpx.patch httpx.delete httpx.head httpx.request httpx.stream httpx.Client httpx.AsyncClient',
    ({ node }) => (isName(keyword(node, 'timeout'), 'None') ? 'no-timeout' : undefined),
    /timeout\s*=\s*None/,
    'no-timeout',
  ),
  // OPT_X_TLS_NEVER and _ALLOW go on with any certificate (OpenLDAP, ldap_set_option).
  ...names(
    'ldap.set_option .set_option',
    ({ args: [option, value] }, { text }) =>
      /\bOPT_X_TLS_REQUIRE_CERT$/.test(written(option, text)) &&
      /\bOPT_X_TLS_(?:NEVER|ALLOW)$/.test(written(value, text))
        ? 'tls-verification-off'
        : undefined,
    /OPT_X_TLS_(?:NEVER|ALLOW)/,
  ),
  ...names('.setopt', setsCurl, /SSL_VERIFY(?:PEER|HOST)/),
  ...names('.set_cookie', setsCookie),
  ...names('flask_cors.CORS flask_cors.cross_origin .add_middleware', allowsEveryOrigin, /["']\*["']/),
  ...names('open io.open', writesMember, LISTS_MEMBERS),
  ...names(
    'wsgiref.handlers.CGIHandler().run twisted.web.twcgi.CGIScript twisted.web.twcgi.CGIDirectory',
    () => 'runs-as-cgi',
  ),
  ...names('csrf_exempt django.views.decorators.csrf.csrf_exempt', () => 'csrf-off'),
];
