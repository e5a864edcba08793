import type { Assignment, Call, Source } from '../syntax/source.ts';
import { isConstant, isName, keyword, literalText } from '../syntax/values.ts';
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
import { PYTHON_MORE } from './python-more.ts';
import { PYTHON_CONCERNS, PYTHON_PHRASES, PYTHON_SETTING_HINTS } from './python-settings.ts';
import { PYTHON_WEB } from './python-web.ts';
import {
  type CallCheck,
  fetches,
  HAS_SQL,
  literals,
  names,
  type RuleSet,
  runsSql,
  type Said,
  SECRET_NAME,
} from './rules.ts';
import { written } from './settings.ts';
import { SHARED_CONCERNS, SHARED_HINTS, SHARED_NEEDS, SHARED_PHRASES, SHARED_SPOTS } from './shared-settings.ts';

const VERIFIES = ['verify', 'verify_ssl', 'ssl_verify', 'validate_certs', 'verify_certs', 'check_hostname', 'ssl'];
const OFF = /(?:verify\w{0,40}|validate_certs|check_hostname|ssl)["']?\]?\s*=\s*False/;
const EVERYWHERE_WRITTEN = /["'](?:0\.0\.0\.0|::)["']|\(\s*["']{2}\s*,/;

const HINTS: RuleSet['hints'] = [
  { words: ['shell'], pattern: /\bshell\s*=\s*True/ },
  ...VERIFIES.map((word) => ({ words: [word], pattern: OFF })),
  { words: ['CERT_NONE'] },
  { words: ['_create_default_https_context'] },
  { words: ['debug'], pattern: /debug\s*=\s*True/ },
  { words: ['use_debugger'] },
  ...['host', 'bind', 'server_name', 'interface', 'run', 'run_simple', 'create_server'].map((word) => ({
    words: [word],
    pattern: EVERYWHERE_WRITTEN,
  })),
  ...['HTTPServer', 'TCPServer', 'UDPServer', 'ThreadingTCPServer', 'ThreadingHTTPServer', 'SimpleXMLRPCServer'].map(
    (word) => ({
      words: [word],
      pattern: EVERYWHERE_WRITTEN,
    }),
  ),
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
const compiles: CallCheck = (call, source) =>
  call.args.length >= 3 && !/\bPyCF_ONLY_AST\b/.test(written(call.args[3], source.text))
    ? runsCode(call, source)
    : undefined;

/** Whether whatever varies in a command is quoted for the shell. */
function isQuoted(command: Call['args'][number], { bindings }: Source): boolean {
  const varying = command
    .flatMap((part) => (part.kind === 'string' ? part.fields.flatMap(({ parts }) => parts) : [part]))
    .filter((part) => !isConstant([part]));
  return (
    varying.length > 0 &&
    varying.every((part) => part.kind === 'call' && /^(?:shlex|pipes)\.quote$/.test(bindings.resolve(part.callee)))
  );
}

const runsShell: CallCheck = ({ args: [command] }, source) => {
  if (command === undefined || isQuoted(command, source)) return undefined;
  return isConstant(command) ? 'shell-use' : 'shell-command';
};

const SHELLS = /(?:^|\/)(?:sh|bash|zsh|cmd|cmd\.exe|powershell)$/;

const startsProcess: CallCheck = (call, source) => {
  const command = call.args[0] ?? [];
  if (fromInput(command, call.scope, source)) return 'shell-command';
  const { text } = source;
  const shell = keyword(call.node, 'shell');
  if (shell !== undefined && !isName(shell, 'False', 'None') && isConstant(shell))
    return text.slice(shell[0]?.start, shell[0]?.end) === '0'
      ? undefined
      : isConstant(command)
        ? 'shell-use'
        : 'shell-command';
  const [group] = command;
  if (group?.kind !== 'group') return undefined;
  const [program, option, line] = group.items;
  const isShell = SHELLS.test(literalText(program?.parts ?? [], text) ?? '');
  const takesLine = isShell && /^(?:-c|\/c)$/i.test(literalText(option?.parts ?? [], text) ?? '');
  return takesLine && line !== undefined && !isConstant(line.parts) ? 'shell-command' : undefined;
};

const deserialises: CallCheck = ({ args }, source) =>
  args[0] !== undefined && fetches(args[0], source) ? 'deserialisation-of-download' : 'deserialisation';

const SAFE_LOADER = /Safe|BaseLoader/;

const loadsYaml: CallCheck = ({ node, args }, { text }) => {
  const loader = keyword(node, 'Loader') ?? args[1];
  if (loader === undefined) return 'unsafe-yaml';
  const written = text.slice(loader[0]?.start ?? 0, loader.at(-1)?.end ?? 0);
  return SAFE_LOADER.test(written) || !/^[\w.]*(?:Loader|FullLoader)$/.test(written) ? undefined : 'unsafe-yaml';
};

/** `shell=True` of functions that stand for those of `subprocess`. */
const shellAnywhere: CallCheck = ({ name, node }) =>
  isName(keyword(node, 'shell'), 'True') && !name.startsWith('subprocess.') ? 'shell-use' : undefined;

const extracts: CallCheck = ({ name, node }, { text }) => {
  const members = keyword(node, 'members');
  const isAll = /^\w+\.getmembers\(\)$/.test(written(members, text));
  if (keyword(node, 'filter') !== undefined || (members !== undefined && !isAll)) return undefined;
  return /tar/i.test(name) ? 'unchecked-extraction' : undefined;
};

const opensFile: CallCheck = ({ args: [path, mode] }, { text }) => {
  const writes = /[wax+]/.test(literalText(mode ?? [], text) ?? '');
  return writes && /^\/(?:(?:var\/)?tmp|dev\/shm)\/\w/.test(literals(path ?? [], text)[0] ?? '')
    ? 'temporary-file-race'
    : undefined;
};

const CALLS: RuleSet['calls'] = [
  ...names(
    'eval exec execfile builtins.eval builtins.exec __builtin__.eval',
    runsCode,
    /(?<![.\w])(?:eval|exec|execfile)\s*\(|builtin/,
  ),
  ...names('compile builtins.compile', compiles, /(?<![.\w])compile\s*\(/),
  ...names(
    'os.system os.popen os.popen2 os.popen3 os.popen4 popen2.popen2 popen2.popen3 popen2.Popen3',
    runsShell,
    /\b(?:system|popen\d?|Popen3)\b\s*[("',]|import\s.{0,200}\b(?:system|popen)/,
  ),
  ...names(
    'commands.getoutput commands.getstatusoutput subprocess.getoutput subprocess.getstatusoutput asyncio.create_subprocess_shell pexpect.runu',
    runsShell,
  ),
  ...names(
    'subprocess.run subprocess.call subprocess.Popen subprocess.check_call subprocess.check_output',
    startsProcess,
  ),
  ...names('.exec_command', (call, source) =>
    /paramiko|ssh/i.test(call.name) || source.imports.some(({ module }) => /^paramiko\b/.test(module))
      ? runsShell(call, source)
      : undefined,
  ),
  ...names(
    'pickle.load pickle.loads pickle.Unpickler cPickle.load cPickle.loads cPickle.Unpickler _pickle.load _pickle.loads dill.load dill.loads dill.Unpickler cloudpickle.load cloudpickle.loads marshal.load marshal.loads shelve.open shelve.DbfilenameShelf jsonpickle.decode jsonpickle.unpickler.decode joblib.load pandas.read_pickle',
    deserialises,
  ),
  ...names('torch.load', (call, source) =>
    isName(keyword(call.node, 'weights_only'), 'True') ? undefined : deserialises(call, source),
  ),
  ...names('numpy.load', (call, source) =>
    isName(keyword(call.node, 'allow_pickle'), 'True') ? deserialises(call, source) : undefined,
  ),
  ...names('yaml.load yaml.load_all', loadsYaml),
  ...names('yaml.unsafe_load yaml.unsafe_load_all yaml.UnsafeLoader ruamel.yaml.load', () => 'unsafe-yaml'),
  ...names(
    '.execute .executemany .executescript .execute_sql .raw .extra .read_sql .read_sql_query .RawSQL .mogrify .text',
    runsSql,
    HAS_SQL,
  ),
  ...names('tempfile.mktemp os.tempnam os.tmpnam', () => 'temporary-file-race'),
  ...names('open io.open codecs.open', opensFile, /["']\/(?:(?:var\/)?tmp|dev\/shm)\//),
  ...names('.extractall tarfile.open().extract', extracts),
  ...names('shutil.unpack_archive', ({ node }) =>
    keyword(node, 'filter') === undefined ? 'unchecked-extraction' : undefined,
  ),
  ...names(
    'os.chmod .chmod',
    ({ args }, { text }) => opensPermissions(args.at(-1), text),
    /chmod\(.{0,80}\b(?:0o?\d*[2367]|511|438|S_IWOTH|S_IRWXO)\b/,
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
  const { node, scope, name } = call;
  if (node.args.length > 0) {
    if (turnsVerificationOff(call, source)) return 'tls-verification-off';
    if (
      isName(keyword(node, 'debug'), 'True') &&
      /(?:\.run|(?:^|\.)(?:Application|FastAPI|Starlette|Sanic))$/.test(name)
    )
      return 'debug-server';
    if (isName(keyword(node, 'use_debugger'), 'True')) return 'debug-server';
    if (bindsAll(call, source)) return 'binds-all-addresses';
  }
  const isPredictable = /^(?:numpy\.)?random\.(?!SystemRandom|seed)\w+$/.test(name);
  return isPredictable && scope.functions.some((around) => SECRET_NAME.test(around)) ? 'predictable-random' : undefined;
};

const TALKS =
  /(?:^|[.(])(?:get|post|put|patch|delete|head|options|request|stream|send|urlopen|\w*(?:Client|Session|Connection|Connector|Context|Manager|ConnectionPool|Elasticsearch|OpenSearch))$/;

function turnsVerificationOff({ node, name }: Call, { text }: Source): boolean {
  const reqs = keyword(node, 'cert_reqs');
  if (reqs !== undefined && /CERT_NONE/.test(text.slice(reqs[0]?.start ?? 0, reqs.at(-1)?.end ?? 0))) return true;
  return TALKS.test(name) && VERIFIES.some((option) => isName(keyword(node, option), 'False'));
}

const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::', '']);

function bindsAll({ node, name, args }: Call, { text }: Source): boolean {
  const host = literalText(
    keyword(node, 'host') ?? keyword(node, 'bind') ?? keyword(node, 'server_name') ?? keyword(node, 'interface') ?? [],
    text,
  );
  if (host === '0.0.0.0' || host === '::') return !/connect|resolve|add_argument/.test(name);
  const [group] = args[0] ?? [];
  if (!/\.bind$|Server$|^run$|(?:^|\.)(?:app|application|Flask\(\))\.run$|run_simple$|create_server$/.test(name))
    return false;
  const [address] =
    group?.kind === 'group' ? [literalText(group.items[0]?.parts ?? [], text)] : [literalText(args[0] ?? [], text)];
  return address !== undefined && EVERYWHERE.has(address) && (address !== '' || group?.kind === 'group');
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
  return makesPredictable(written(value, source.text), source) ? 'predictable-random' : undefined;
}

const RANDOM_FUNCTIONS = 'random|randint|choice|choices|sample|randrange|getrandbits|uniform|randbytes|bytes';
const RANDOM_CALL = new RegExp(`\\brandom\\s*\\.\\s*(?:${RANDOM_FUNCTIONS})\\b`);

/** Whether an expression asks the `random` module, by its name or by a function that was imported from it. */
function makesPredictable(expression: string, { imports }: Source): boolean {
  if (/SystemRandom|secrets\./.test(expression)) return false;
  if (RANDOM_CALL.test(expression)) return imports.some(({ module }) => /^(?:random|numpy)$/.test(module));
  return imports.some(({ module, local }) => module === 'random' && expression.includes(`${local}(`));
}

/** Weaknesses of Python code. */
export const PYTHON: RuleSet = {
  hints: [...HINTS, ...PYTHON_SETTING_HINTS, ...PYTHON_ANSWER_HINTS, ...SHARED_HINTS],
  calls: [...CALLS, ...PYTHON_CRYPTO, ...PYTHON_WEB, ...PYTHON_INPUT, ...PYTHON_MORE, ...PYTHON_LOGS],
  input: HAS_REQUEST,
  everyCall: [everyCall, shellAnywhere],
  everyAssignment: [everyAssignment],
  everyPhrase: [...PYTHON_PHRASES, ...PYTHON_ANSWERS, ...SHARED_PHRASES],
  spots: SHARED_SPOTS,
  needs: new Map([...SHARED_NEEDS, ...PYTHON_ANSWER_NEEDS]),
  concerns: new Map([...SHARED_CONCERNS, ...PYTHON_CONCERNS, ...PYTHON_ANSWER_CONCERNS]),
};
