/** Which of a channel's targets this machine is, asked of its own Python and pip. */
import { z } from 'zod';
import type { Target } from '../../domain/target.ts';
import type { TrialMachine } from '../../domain/trial.ts';
import { parsePlatform } from './tags.ts';

/** Run by the machine's own Python: where it lives, what it is, and which pip it has (`--python` is there from 22.3 on). */
const ASK_PYTHON = `
import json, os, platform, sys, sysconfig
import pip
try:
    libc = os.confstr("CS_GNU_LIBC_VERSION") or ""
except (AttributeError, ValueError, OSError):
    libc = ""
print(json.dumps({
    "executable": sys.executable,
    "folders": [os.path.realpath(each) for each in (sys.prefix, sys.base_prefix, os.path.dirname(os.path.dirname(pip.__file__)))],
    "implementation": sys.implementation.name,
    "version": platform.python_version(),
    "minor": sys.version_info[1],
    "free": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "machine": platform.machine(),
    "libc": libc,
    "pip": pip.__version__,
}))
`;

const Answer = z.object({
  executable: z.string().startsWith('/'),
  folders: z.array(z.string().startsWith('/')).min(1).max(8),
  implementation: z.string(),
  version: z.string(),
  minor: z.int().nonnegative(),
  free: z.boolean(),
  machine: z.string(),
  libc: z.string(),
  pip: z.string(),
});

/** pip 22.3 is the first that installs into the environment of another interpreter (its changelog). */
const OLDEST_PIP = [22, 3] as const;
/** Folders that hold far more than an interpreter: one that claims to live there is not shown to a cage. */
const TOO_MUCH = new Set(['/', '/home', '/root', '/opt', '/var', '/srv', '/tmp', '/etc', '/mnt']);

type Run = (command: string, args: readonly string[]) => Promise<string>;

/** The machine, or why nothing can be tried on it. */
export async function askMachine(run: Run): Promise<TrialMachine | { readonly unavailable: string }> {
  const printed = await run('python3', ['-I', '-c', ASK_PYTHON]).catch(() => undefined);
  if (printed === undefined) return { unavailable: 'no Python with pip answers on this machine' };
  const parsed = Answer.safeParse(jsonOf(printed.trim().split('\n').at(-1) ?? ''));
  if (!parsed.success) return { unavailable: "this machine's Python says nothing that is understood about itself" };
  const { executable, folders, implementation, version, minor, free, machine, libc, pip } = parsed.data;
  const [major = 0, second = 0] = pip.split('.').map(Number);
  if (major < OLDEST_PIP[0] || (major === OLDEST_PIP[0] && second < OLDEST_PIP[1]))
    return { unavailable: `pip ${pip} of this machine is too old: 22.3 or newer is needed` };
  const tooMuch = folders.find((folder) => TOO_MUCH.has(folder));
  if (tooMuch !== undefined)
    return { unavailable: `this machine's Python lives in ${tooMuch}, which holds other things` };
  const name = implementation === 'cpython' ? 'CPython' : implementation;
  return {
    title: `${name} ${version} on ${machine} with ${libc || 'an unknown C library'}, pip ${pip}`,
    settings: {
      executable,
      folders: outermost(folders).filter((folder) => !isWithin(folder, '/usr')),
      implementation,
      minor: `${minor}`,
      threads: free ? 'free' : 'locked',
      machine,
      libc,
    },
  };
}

function isWithin(folder: string, outer: string): boolean {
  return folder === outer || folder.startsWith(`${outer}/`);
}

function outermost(folders: readonly string[]): readonly string[] {
  const all = [...new Set(folders)];
  return all.filter((folder) => !all.some((other) => other !== folder && isWithin(folder, other)));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether what is installed for the target runs here as it is: same interpreter, same machine, a C library as new or newer. */
export function isTargetHere({ settings }: TrialMachine, target: Target): boolean {
  const platform = parsePlatform(target.settings.platform ?? '');
  const [, minor] = (target.settings.python ?? '').split('.');
  if (settings.implementation !== 'cpython' || minor !== settings.minor) return false;
  if (settings.threads !== target.settings.threads || platform?.kind !== 'manylinux') return false;
  const glibc = /^glibc (\d+)\.(\d+)/.exec(`${settings.libc}`);
  if (glibc === null || platform.machine !== settings.machine) return false;
  const [major, second] = [Number(glibc[1]), Number(glibc[2])];
  return major > platform.major || (major === platform.major && second >= platform.minor);
}
