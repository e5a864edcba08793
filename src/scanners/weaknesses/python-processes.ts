/** Programs that Python code starts, and what it gives a shell. */
import type { Call, Source } from '../syntax/source.ts';
import { isConstant, isName, keyword, literalText } from '../syntax/values.ts';
import { argumentValue, isFixed } from './fixed.ts';
import { importsOf } from './frameworks.ts';
import { fromInput } from './input.ts';
import { type CallCheck, type NamedCheck, names } from './rules.ts';
import { written } from './settings.ts';

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

const runsShell: CallCheck = ({ args: [command], scope }, source) => {
  if (command === undefined || isQuoted(command, source)) return undefined;
  return isFixed(argumentValue(command, scope), scope) ? 'shell-use' : 'shell-command';
};

const SHELLS = /(?:^|\/)(?:sh|bash|zsh|cmd|cmd\.exe|powershell)$/;

/** Where `shell` stands among the arguments of `subprocess.Popen` (Python documentation, "subprocess"). */
const SHELL_AT = 8;

/** Whether a call of `subprocess` says that a shell runs the command: by name, by place or in `**{...}`. */
function asksShell({ node }: Call, text: string): boolean {
  const placed = node.args[SHELL_AT]?.parts;
  const shell = keyword(node, 'shell') ?? (isName(placed, 'True') ? placed : undefined);
  if (shell === undefined)
    return node.args.some(({ parts }) => /^\*\*\s*\{.*["']shell["']\s*:\s*True\b/s.test(written(parts, text)));
  return !isName(shell, 'False', 'None') && isConstant(shell) && written(shell, text) !== '0';
}

/** Whether which program runs is said by a value; who writes `shell=False` or hands on `*args` has thought of it. */
function isChosen(program: Call['args'][number], { node, scope }: Call): boolean {
  const [sign] = program;
  const isSpread = sign?.kind === 'operator' && sign.text.startsWith('*');
  return program.length > 0 && !isSpread && keyword(node, 'shell') === undefined && !isFixed(program, scope);
}

const startsProcess: CallCheck = (call, source) => {
  const command = call.args[0] ?? [];
  if (fromInput(command, call.scope, source)) return 'shell-command';
  const { text } = source;
  if (asksShell(call, text)) return runsShell(call, source);
  const [group] = argumentValue(command, call.scope);
  if (group?.kind !== 'group') return isChosen(command, call) ? 'process-from-data' : undefined;
  const [program, option, line] = group.items;
  const isShell = SHELLS.test(literalText(program?.parts ?? [], text) ?? '');
  const takesLine = isShell && /^(?:-c|\/c)$/i.test(literalText(option?.parts ?? [], text) ?? '');
  if (takesLine && line !== undefined && !isConstant(line.parts)) return 'shell-command';
  return isChosen(program?.parts ?? [], call) && written(program?.parts, text) !== 'sys.executable'
    ? 'process-from-data'
    : undefined;
};

/** `shell=True` of functions that stand for those of `subprocess`. */
export const shellAnywhere: CallCheck = (call) =>
  call.hasKeywords && isName(keyword(call.node, 'shell'), 'True') && !call.name.startsWith('subprocess.')
    ? 'shell-use'
    : undefined;

const PARAMIKO = /^paramiko\b/;

/** Checks by name. */
export const PYTHON_PROCESSES: readonly NamedCheck[] = [
  ...names(
    'os.system os.popen os.popen2 os.popen3 os.popen4 popen2.popen2 popen2.popen3 popen2.popen4 popen2.Popen3 popen2.Popen4',
    runsShell,
    /\b(?:system|popen\d?|Popen[34])\b\s*[("',]|import\s.{0,200}\b(?:system|popen)/,
  ),
  ...names(
    'commands.getoutput commands.getstatusoutput subprocess.getoutput subprocess.getstatusoutput asyncio.create_subprocess_shell asyncio.subprocess.create_subprocess_shell fabric.Connection().run fabric.Connection().sudo fabric.Connection().local fabric.api.run fabric.api.sudo fabric.api.local invoke.run invoke.Context().run',
    runsShell,
  ),
  ...names(
    'subprocess.run subprocess.call subprocess.Popen subprocess.check_call subprocess.check_output pexpect.run pexpect.runu pexpect.spawn',
    startsProcess,
  ),
  ...names('.exec_command', (call, source) =>
    /paramiko|ssh/i.test(call.name) || importsOf(source, PARAMIKO) ? runsShell(call, source) : undefined,
  ),
];
