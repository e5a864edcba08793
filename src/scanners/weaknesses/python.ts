import type { Assignment, Call, Source } from '../syntax/source.ts';
import type { Node } from '../syntax/tree.ts';
import { isConstant, isName, keyword, literalText } from '../syntax/values.ts';
import { callsInside } from './fixed.ts';
import { importsOf } from './frameworks.ts';
import { fromInput, HAS_REQUEST } from './input.ts';
import {
  PYTHON_ANSWER_CONCERNS,
  PYTHON_ANSWER_HINTS,
  PYTHON_ANSWER_NEEDS,
  PYTHON_ANSWERS,
  PYTHON_LOGS,
} from './python-answers.ts';
import { PYTHON_CRYPTO } from './python-crypto.ts';
import { PYTHON_INPUT } from './python-input.ts';
import { PYTHON_LIBRARIES } from './python-libraries.ts';
import { PYTHON_MORE } from './python-more.ts';
import { PYTHON_PROCESSES, shellAnywhere } from './python-processes.ts';
import { PYTHON_CONCERNS, PYTHON_PHRASES, PYTHON_SETTING_HINTS } from './python-settings.ts';
import { PYTHON_WEB } from './python-web.ts';
import { type CallCheck, fetches, literals, names, type RuleSet, type Said, SECRET_NAME } from './rules.ts';
import { written } from './settings.ts';
import { SHARED_CONCERNS, SHARED_HINTS, SHARED_NEEDS, SHARED_PHRASES, SHARED_SPOTS } from './shared-settings.ts';
import { HAS_SQL, runsSql } from './sql.ts';

const VERIFIES = ['verify', 'verify_ssl', 'ssl_verify', 'validate_certs', 'verify_certs', 'check_hostname', 'ssl'];
const OFF = /(?:verify\w{0,40}|validate_certs|check_hostname|ssl)["']?\]?\s*=\s*False/;
/** Every address, by number or as the empty name that a pair begins with: what a call is given begins behind a name. */
const EVERYWHERE_WRITTEN = /["'](?:0\.0\.0\.0|::)["']|(?<![\w)\]])\(\s*["']{2}\s*,/;

const HINTS: RuleSet['hints'] = [
  { words: ['shell'], pattern: /\bshell\s*=\s*True/ },
  ...VERIFIES.map((word) => ({ words: [word], pattern: OFF })),
  { words: ['CERT_NONE'] },
  { words: ['cert_reqs', 'NONE'], pattern: /cert_reqs\s*=\s*["']NONE["']/ },
  { words: ['_create_default_https_context'] },
  { words: ['debug'], pattern: /debug\s*=\s*True/ },
  { words: ['use_debugger'] },
  ...[
    'host',
    'bind',
    'server_name',
    'interface',
    'run',
    'run_simple',
    'create_server',
    'start_server',
    'create_datagram_endpoint',
    'listen',
  ].map((word) => ({
    words: [word],
    pattern: EVERYWHERE_WRITTEN,
  })),
  ...['HTTPServer', 'TCPServer', 'UDPServer', 'ThreadingTCPServer', 'ThreadingHTTPServer', 'SimpleXMLRPCServer'].map(
    (word) => ({
      words: [word],
      pattern: EVERYWHERE_WRITTEN,
    }),
  ),
  ...['add_insecure_port', 'add_secure_port'].map((word) => ({ words: [word] })),
  {
    words: ['random'],
    pattern:
      /(?:[Tt]oken|TOKEN|[Ss]ecret|SECRET|[Pp]assw|[Nn]once|otp|csrf|salt|session_?id|api_?key|credential)\w{0,40}(?:\s*=[^=]|\s*\(.{0,200}:)/,
  },
];

const runsCode: CallCheck = ({ args: [code] }, source) => {
  if (code === undefined || isConstant(code)) return undefined;
  return fetches(code, source) ? 'code-from-network' : 'code-from-data';
};

/** With the flag, `compile` only reads: no code comes of it (Python documentation, `ast`). */
/** Functions that run a text, and as often a function or an expression of tables. */
const runsText: CallCheck = ({ args: [code], scope }, source) =>
  fromInput(code, scope, source) ? 'code-from-data' : undefined;

/** With the flag, `compile` only reads: no code comes of it (Python documentation, `ast`). */
const compiles: CallCheck = (call, source) =>
  call.args.length >= 3 && !/\bPyCF_ONLY_AST\b/.test(written(call.args[3], source.text))
    ? runsCode(call, source)
    : undefined;

const deserialises: CallCheck = ({ args }, source) =>
  args[0] !== undefined && fetches(args[0], source) ? 'deserialisation-of-download' : 'deserialisation';

const SAFE_LOADER = /Safe|BaseLoader/;

const loadsYaml: CallCheck = ({ node, args }, { text }) => {
  const loader = keyword(node, 'Loader') ?? args[1];
  if (loader === undefined) return 'unsafe-yaml';
  const written = text.slice(loader[0]?.start ?? 0, loader.at(-1)?.end ?? 0);
  return SAFE_LOADER.test(written) || !/^[\w.]*(?:Loader|FullLoader)$/.test(written) ? undefined : 'unsafe-yaml';
};

const extracts: CallCheck = ({ name, node }, { text }) => {
  const members = keyword(node, 'members');
  const isAll = /^\w+\.getmembers\(\)$/.test(written(members, text));
  if (isFiltered(node, text) || (members !== undefined && !isAll)) return undefined;
  return /tar/i.test(name) ? 'unchecked-extraction' : undefined;
};

/** The filter that trusts every member is none (Python documentation, `tarfile`, "Extraction filters"). */
function isFiltered(node: Call['node'], text: string): boolean {
  const filter = keyword(node, 'filter');
  return filter !== undefined && !/^["']fully_trusted["']$|\bfully_trusted_filter$/.test(written(filter, text));
}

const TEMPORARY = /^\/(?:(?:var\/)?tmp|dev\/shm)\/\w/;
const HAS_TEMPORARY = /["']\/(?:(?:var\/)?tmp|dev\/shm)\//;

const opensFile: CallCheck = ({ node, args: [path, mode] }, { text }) => {
  const writes = /[wax+]/.test(literalText(keyword(node, 'mode') ?? mode ?? [], text) ?? '');
  return writes && TEMPORARY.test(literals(path ?? [], text)[0] ?? '') ? 'temporary-file-race' : undefined;
};

const CALLS: RuleSet['calls'] = [
  ...names(
    'eval exec execfile builtins.eval builtins.exec __builtin__.eval __builtins__.eval __builtins__.exec',
    runsCode,
    /(?<![.\w])(?:eval|exec|execfile)\s*\(|builtin/,
  ),
  ...names('pandas.eval timeit.timeit timeit.repeat timeit.Timer cProfile.run profile.run', runsText, HAS_REQUEST),
  ...names('compile builtins.compile', compiles, /(?<![.\w])compile\s*\(/),
  ...names(
    'pickle.load pickle.loads pickle.Unpickler cPickle.load cPickle.loads cPickle.Unpickler _pickle.load _pickle.loads dill.load dill.loads dill.Unpickler cloudpickle.load cloudpickle.loads marshal.load marshal.loads shelve.open shelve.DbfilenameShelf jsonpickle.decode jsonpickle.unpickler.decode joblib.load pandas.read_pickle',
    deserialises,
  ),
  ...names('torch.load', (call, source) =>
    isName(keyword(call.node, 'weights_only'), 'True') ? undefined : deserialises(call, source),
  ),
  ...names('numpy.load', (call, source) =>
    isName(keyword(call.node, 'allow_pickle') ?? call.args[2], 'True') ? deserialises(call, source) : undefined,
  ),
  ...names('yaml.load yaml.load_all', loadsYaml),
  ...names('yaml.unsafe_load yaml.unsafe_load_all yaml.UnsafeLoader ruamel.yaml.load', () => 'unsafe-yaml'),
  ...names(
    '.execute .executemany .executescript .execute_sql .raw .extra .read_sql .read_sql_query .RawSQL .mogrify .text',
    runsSql,
    HAS_SQL,
  ),
  ...names('tempfile.mktemp os.tempnam os.tmpnam', () => 'temporary-file-race'),
  ...names('open io.open codecs.open', opensFile, HAS_TEMPORARY),
  ...names(
    'pathlib.Path().write_text pathlib.Path().write_bytes pathlib.Path().touch',
    ({ node: { callee } }, { text }) => {
      const path = callee.kind === 'member' && callee.of.kind === 'call' ? (callee.of.args[0]?.parts ?? []) : [];
      return TEMPORARY.test(literals(path, text)[0] ?? '') ? 'temporary-file-race' : undefined;
    },
    HAS_TEMPORARY,
  ),
  ...names('flask.Flask().run', ({ args }) => (isName(args[2], 'True') ? 'debug-server' : undefined)),
  ...names(
    '.update .from_mapping',
    ({ name, node }) =>
      /\bconfig\.(?:update|from_mapping)$/.test(name) && isName(keyword(node, 'DEBUG'), 'True')
        ? 'debug-server'
        : undefined,
    /\bDEBUG\s*=\s*True/,
  ),
  ...names('.extractall tarfile.open().extract tarfile.TarFile().extract tarfile.TarFile.open().extract', extracts),
  ...names('shutil.unpack_archive', ({ node }, { text }) =>
    isFiltered(node, text) ? undefined : 'unchecked-extraction',
  ),
  ...names(
    'os.chmod .chmod .lchmod',
    ({ node, args }, { text }) => opensPermissions(keyword(node, 'mode') ?? args.at(-1), text),
    /chmod\(.{0,80}\b(?:0o?\d*[2367]|511|438|S_IWOTH|S_IRWXO)\b/,
  ),
  ...names(
    'os.mkdir os.makedirs os.mkfifo os.mknod os.fchmod',
    ({ node, args }, { text }) => opensPermissions(keyword(node, 'mode') ?? args[1], text),
    /(?:mkdir|makedirs|mkfifo|mknod|fchmod)\(.{0,160}\b(?:0o?\d*[2367]|511|438|S_IWOTH|S_IRWXO)\b/,
  ),
  ...names(
    'os.open',
    ({ args: [path, flags] }, { text }) =>
      TEMPORARY.test(literals(path ?? [], text)[0] ?? '') && /\bO_CREAT\b(?!.*\bO_EXCL\b)/s.test(written(flags, text))
        ? 'temporary-file-race'
        : undefined,
    HAS_TEMPORARY,
  ),
  ...names(
    'os.open',
    ({ args }, { text }) => opensPermissions(args[2], text),
    /open\(.{0,160}\b(?:0o?\d*[2367]|511|438|S_IWOTH|S_IRWXO)\b/,
  ),
];

function opensPermissions(mode: Call['args'][number] | undefined, text: string): Said {
  if (/\bS_(?:IWOTH|IRWXO)\b/.test(written(mode, text))) return 'open-permissions';
  const [only] = mode ?? [];
  if (mode?.length !== 1 || only?.kind !== 'number') return undefined;
  const digits = text.slice(only.start, only.end);
  const value = Number(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  // The bit that lets everybody write (chmod(2), S_IWOTH).
  return (value & 0o002) !== 0 ? 'open-permissions' : undefined;
}

const everyCall: CallCheck = (call, source) => {
  const { scope, name } = call;
  const byKeyword = call.hasKeywords ? keywordTells(call, source) : undefined;
  if (byKeyword !== undefined) return byKeyword;
  if (bindsAll(call, source)) return 'binds-all-addresses';
  const isPredictable = /^(?:numpy\.)?random\.(?!SystemRandom|seed)\w+$/.test(name);
  return isPredictable && scope.functions.some((around) => SECRET_NAME.test(around)) ? 'predictable-random' : undefined;
};

function keywordTells(call: Call, source: Source): Said {
  const { node, name } = call;
  if (turnsVerificationOff(call, source)) return 'tls-verification-off';
  const debugs =
    isName(keyword(node, 'debug'), 'True') && /(?:\.run|(?:^|\.)(?:Application|FastAPI|Starlette|Sanic))$/.test(name);
  return debugs || isName(keyword(node, 'use_debugger'), 'True') ? 'debug-server' : undefined;
}

const TALKS =
  /^boto3\.(?:client|resource)$|(?:^|[.(])(?:get|post|put|patch|delete|head|options|request|stream|send|urlopen|\w*(?:Client|Session|Connection|Connector|Context|Manager|ConnectionPool|Elasticsearch|OpenSearch))$/;

function turnsVerificationOff({ node, name }: Call, { text }: Source): boolean {
  const reqs = keyword(node, 'cert_reqs');
  if (reqs !== undefined && /CERT_NONE|^["']NONE["']$/.test(written(reqs, text))) return true;
  return TALKS.test(name) && VERIFIES.some((option) => isName(keyword(node, option), 'False'));
}

const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::', '']);

function isEverywhere(host: string | undefined): boolean {
  return host === '0.0.0.0' || host === '::';
}

function bindsAll(call: Call, { text }: Source): boolean {
  const { name } = call;
  if (call.hasKeywords && isEverywhere(hostOf(call, text))) return !/connect|resolve|add_argument/.test(name);
  if (/\.(?:start_server|create_server|create_datagram_endpoint)$|Application\(\)\.listen$/.test(name))
    if (call.args.slice(0, 2).some((value) => isEverywhere(literalText(value, text)))) return true;
  if (/\.add_(?:in)?secure_port$/.test(name))
    return /^(?:0\.0\.0\.0|\[::\]):/.test(literalText(call.args[0] ?? [], text) ?? '');
  if (!/\.bind$|Server$|^run$|(?:^|\.)(?:app|application|Flask\(\))\.run$|run_simple$|create_server$/.test(name))
    return false;
  const [first] = call.args;
  const [group] = first ?? [];
  const address = literalText(group?.kind === 'group' ? (group.items[0]?.parts ?? []) : (first ?? []), text);
  return address !== undefined && EVERYWHERE.has(address) && (address !== '' || group?.kind === 'group');
}

function hostOf({ node }: Call, text: string): string | undefined {
  const host =
    keyword(node, 'host') ?? keyword(node, 'bind') ?? keyword(node, 'server_name') ?? keyword(node, 'interface');
  return literalText(host ?? [], text);
}

function everyAssignment({ target, value, property, scope }: Assignment, source: Source): Said {
  if (property) return undefined;
  const name = target.slice(target.lastIndexOf('.') + 1);
  if (name === 'verify_mode' && /CERT_NONE/.test(source.text.slice(value[0]?.start ?? 0, value.at(-1)?.end ?? 0)))
    return 'tls-verification-off';
  if ((name === 'check_hostname' || (name === 'verify' && target.includes('.'))) && isName(value, 'False'))
    return 'tls-verification-off';
  if (target === 'ssl._create_default_https_context') return 'tls-verification-off';
  if (!SECRET_NAME.test(name) || scope.functions.some((around) => SECRET_NAME.test(around))) return undefined;
  return makesPredictable(value, source) ? 'predictable-random' : undefined;
}

const RANDOM = /^(?:random|numpy)\b/;
const PREDICTABLE =
  /^(?:numpy\.)?random\.(?!SystemRandom)(?:\w+\(\)\.)?(?:random|randint|choice|choices|sample|randrange|getrandbits|uniform|randbytes|bytes)$/;

/** Whether an expression asks the `random` module, whatever it is called here. */
function makesPredictable(value: readonly Node[], source: Source): boolean {
  if (!importsOf(source, RANDOM)) return false;
  const { bindings } = source;
  return callsInside(value).some(({ callee }) => PREDICTABLE.test(bindings.resolve(callee)));
}

/** Weaknesses of Python code. */
export const PYTHON: RuleSet = {
  hints: [...HINTS, ...PYTHON_SETTING_HINTS, ...PYTHON_ANSWER_HINTS, ...SHARED_HINTS],
  calls: [
    ...CALLS,
    ...PYTHON_PROCESSES,
    ...PYTHON_CRYPTO,
    ...PYTHON_WEB,
    ...PYTHON_INPUT,
    ...PYTHON_MORE,
    ...PYTHON_LIBRARIES,
    ...PYTHON_LOGS,
  ],
  input: HAS_REQUEST,
  everyCall: [everyCall, shellAnywhere],
  everyAssignment: [everyAssignment],
  everyPhrase: [...PYTHON_PHRASES, ...PYTHON_ANSWERS, ...SHARED_PHRASES],
  spots: SHARED_SPOTS,
  needs: new Map([...SHARED_NEEDS, ...PYTHON_ANSWER_NEEDS]),
  concerns: new Map([...SHARED_CONCERNS, ...PYTHON_CONCERNS, ...PYTHON_ANSWER_CONCERNS]),
};
