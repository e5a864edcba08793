/** What Python code asks of libraries that run, read or keep what it gives them, beside those in `python-more.ts`. */
import type { Call } from '../syntax/source.ts';
import { builtText, isConstant, isName, keyword, literalText } from '../syntax/values.ts';
import { all, around } from '../syntax/vocabulary.ts';
import { argumentValue, isFixed, withTexts } from './fixed.ts';
import { importsOf } from './frameworks.ts';
import { fromInput, HAS_REQUEST } from './input.ts';
import { type CallCheck, type NamedCheck, names } from './rules.ts';
import { lastName, written } from './settings.ts';
import { HAS_SQL, runsSql } from './sql.ts';

const SHELL = /(?:^|\/)(?:sh|bash|zsh|ksh|dash|cmd|cmd\.exe|powershell)$/i;
const TAKES_LINE = /^(?:-[a-z]{0,3}c|\/c)$/i;

/** A program whose arguments stand beside it, one by one or in a list: of a shell, the line behind `-c`. */
function handsLine(args: Call['args'], { text }: { readonly text: string }): boolean {
  const [program, second] = args;
  if (!SHELL.test(literalText(program ?? [], text) ?? '')) return false;
  const [group] = second ?? [];
  const rest = group?.kind === 'group' ? group.items.map(({ parts }) => parts) : args.slice(1);
  const [option, line] = rest;
  return TAKES_LINE.test(literalText(option ?? [], text) ?? '') && line !== undefined && !isConstant(line);
}

const startsBeside =
  (skipped: number): CallCheck =>
  ({ args, scope }, source) => {
    const given = args.slice(skipped);
    return fromInput(given[0], scope, source) || handsLine(given, source) ? 'shell-command' : undefined;
  };

/** Pieces of statements, which are SQL however they look (SQLAlchemy, "text"). */
const addsSql: CallCheck = ({ args: [piece], scope }, { text }) => {
  const statement = withTexts(argumentValue(piece, scope), scope);
  return builtText(statement, text) !== undefined && !isFixed(statement, scope) ? 'sql-from-strings' : undefined;
};

/** Names that also stand for much else, by which drivers and engines take a statement: pg8000, asyncpg, BigQuery, DuckDB, Spark. */
const RUNNERS = ['run', 'cursor', 'prepare', 'query', 'sql', 'execute_query', 'copy_expert'];

/** A clause of a query that is put together where it is handed over. */
const BUILT_CLAUSE =
  /\.(?:filter|where|having|order_by|group_by|distinct|from_statement)\(\s*(?:[rR]?[fF]["']|["'][^"'\n]{0,200}["']\s*(?:[%+]|\.format\())/;

const SQLALCHEMY = /^(?:flask_)?sqlalchemy\b|^sqlmodel\b/;

/** Clauses given as text are SQL as it stands (SQLAlchemy, "Using Textual SQL"). */
const addsClause: CallCheck = (call, source) =>
  /\bquery(?:\(\))?\./.test(call.name) || importsOf(source, SQLALCHEMY) ? addsSql(call, source) : undefined;

/** Functions that make code of a formula. */
const evaluates: CallCheck = ({ args: [formula], scope }, source) =>
  fromInput(formula, scope, source) ? 'code-from-data' : undefined;

const PASSWORD = /^(?:\w*_)?(?:password|passwd|passphrase|pwd)$/i;

/** A password itself, or its bytes: `password.encode()`, `bytes(password, "utf-8")`. */
function isPassword(parts: Call['args'][number], text: string): boolean {
  const [only, ...more] = parts;
  if (only === undefined || more.length > 0) return false;
  if (only.kind !== 'call') return PASSWORD.test(lastName(only, text) ?? '');
  const { callee, args } = only;
  if (callee.kind === 'member') return callee.name === 'encode' && PASSWORD.test(lastName(callee.of, text) ?? '');
  return callee.kind === 'name' && callee.text === 'bytes' && isPassword(args[0]?.parts ?? [], text);
}

/** Functions made to be fast, which is what one who guesses passwords wants (OWASP, "Password Storage Cheat Sheet"). */
const FAST_HASHES = 'sha224 sha256 sha384 sha512 sha3_224 sha3_256 sha3_384 sha3_512 blake2b blake2s'
  .split(' ')
  .map((name) => `hashlib.${name}`)
  .join(' ');

/** A host with a dot that stands for any character, in a pattern that begins in the same line: most addresses of a source stand in its comments. */
const LOOSE_HOST = /:\/\/(?<=["'][^"'\r\n]{0,200}:\/\/)(?:[\w-]|\\[.-]){1,60}(?<!\\)\.[a-z]{2,20}(?![\w*+?{])/;

/** `sh` as a module: as a word it stands in many sources. */
const IMPORTS_SH = /\b(?:import|from)\b[^\r\n]{0,200}\bsh\b/;

/** Checks by name. */
export const PYTHON_LIBRARIES: readonly NamedCheck[] = [
  ...names('asyncio.create_subprocess_exec pexpect.spawn pexpect.spawnu ptyprocess.PtyProcess.spawn', startsBeside(0)),
  ...names('.subprocess_exec', startsBeside(1)),
  ...names(
    'sh.bash sh.sh sh.zsh',
    ({ args: [option, line] }, { text }) =>
      TAKES_LINE.test(literalText(option ?? [], text) ?? '') && line !== undefined && !isConstant(line)
        ? 'shell-command'
        : undefined,
    IMPORTS_SH,
  ),
  ...names('numexpr.evaluate sympy.sympify sympy.parsing.sympy_parser.parse_expr', evaluates, HAS_REQUEST),
  ...names(
    '.load_model',
    ({ node }) => (isName(keyword(node, 'safe_mode'), 'False') ? 'deserialisation' : undefined),
    /safe_mode\s*=\s*False/,
  ),
  ...names('keras.config.enable_unsafe_deserialization', () => 'deserialisation'),
  ...names(
    'pickle5.load pickle5.loads sklearn.externals.joblib.load jsonpickle.loads pandas.compat.pickle_compat.load',
    () => 'deserialisation',
  ),
  ...names(
    'sqlalchemy.text sqlalchemy.sql.text sqlalchemy.sql.expression.text',
    addsSql,
    /\btext\(\s*(?:[rR]?[fF]["']|["'][^\n]{0,300}["']\s*[%+.]|[A-Za-z_]\w{0,60}\s*[%+.])/,
  ),
  ...names('psycopg2.sql.SQL psycopg.sql.SQL', addsSql),
  ...names(RUNNERS.map((name) => `.${name}`).join(' '), runsSql, all(around(RUNNERS, /(?<=\.)\w+\(/), HAS_SQL)),
  ...names('.filter .where .having .order_by .group_by .distinct .from_statement', addsClause, BUILT_CLAUSE),
  ...names(
    'airflow.operators.bash.BashOperator airflow.operators.bash_operator.BashOperator airflow.providers.standard.operators.bash.BashOperator airflow.providers.ssh.operators.ssh.SSHOperator',
    ({ node, scope }, { text }) => {
      const command = argumentValue(keyword(node, 'bash_command') ?? keyword(node, 'command'), scope);
      return builtText(command, text) !== undefined && !isFixed(command, scope) ? 'shell-command' : undefined;
    },
  ),
  // Entities from outside (Python documentation, `xml.sax.handler`).
  ...names(
    '.setFeature',
    ({ args: [feature, on] }, { text }) =>
      /\bfeature_external_[gp]es$/.test(written(feature, text)) && /^(?:True|1)$/.test(written(on, text))
        ? 'xml-entities'
        : undefined,
    /feature_external_[gp]es/,
  ),
  ...names(
    FAST_HASHES,
    ({ args: [hashed] }, { text }) => (isPassword(hashed ?? [], text) ? 'fast-hash-of-password' : undefined),
    /passw|passphrase|pwd/i,
  ),
  ...names(
    're.match re.search re.fullmatch re.compile',
    ({ args: [pattern] }, { text }) => (LOOSE_HOST.test(written(pattern, text)) ? 'loose-host-pattern' : undefined),
    LOOSE_HOST,
    'loose-host-pattern',
  ),
];
