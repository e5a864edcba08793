import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** What children are confined to. */
export interface ConfinementOptions {
  /** The program that knows the tasks (`src/main/confined.ts`, or its built form); absolute. */
  readonly entry: string;
  /** The Node binary to run it, 24 or newer; absolute. */
  readonly nodePath: string;
  /** Folders or files, beside the program's own, that tasks may read: the blob folder. Never writable. */
  readonly readable: readonly string[];
  /** MiB of JavaScript heap of one child. */
  readonly memoryMb: number;
  /** Seconds of processor time of one child over its whole life; the kernel ends it then. */
  readonly cpuSeconds: number;
}

/** Which walls this machine can build. */
export interface Isolation {
  readonly isolated: boolean;
  readonly detail: string;
  /** Programs to start children through, outermost first. */
  readonly wrapper: readonly string[];
  /** The same for programs that need the network. */
  readonly networkedWrapper: readonly string[];
}

/** The only variable in the environment of a program that is probed for: where the wrappers are found. */
const PROBE_ENV = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } as const;

/**
 * All of a child's environment. Beside the wrappers' place, how the C library keeps memory (mallopt(3)): in one arena
 * and not one for each thread, and what takes 8 KiB or more is given back to the system when it is done with. Those are
 * members of archives and the pieces, of 8 to 32 KiB, in which V8's compilers take theirs: beside 64 KiB, a child of a tree
 * of a hundred wheels holds some 12 MB less. No more than 16,384 such pieces at once: Linux allows a process 65,530 mappings in all
 * (vm.max_map_count), and a file that is made to take them would leave V8 without.
 */
export const CONFINED_ENV = {
  ...PROBE_ENV,
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_MAX_: '16384',
  MALLOC_MMAP_THRESHOLD_: '8192',
  MALLOC_TRIM_THRESHOLD_: '1048576',
} as const;

/** Dies with its parent, even when that is killed, and never gains powers (prctl(2)). */
const TIED = ['setpriv', '--pdeathsig', 'KILL', '--no-new-privs', '--'];
/** Own user, network and process namespaces (unshare(1)): no network but a loopback that is down. */
const CUT_OFF = ['unshare', '--map-root-user', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
/** Milliseconds to wait for a probe; an ordinary one takes 20. */
const PROBE_TIMEOUT = 5000;

/** Finds out, by trying, which walls can be built here. */
export async function probeIsolation(): Promise<Isolation> {
  const tied = (await works([...TIED, 'true'])) ? TIED : [];
  const limited = (await works(['prlimit', '--core=0', 'true'])) ? ['prlimit'] : [];
  const failure = await failureOf([...tied, ...CUT_OFF, 'true']);
  const missing = [...(tied.length === 0 ? ['setpriv'] : []), ...(limited.length === 0 ? ['prlimit'] : [])];
  const lacks = missing.length === 0 ? '' : `; ${missing.join(' and ')} cannot be used here`;
  const networkedWrapper = [...tied, ...limited];
  if (failure === undefined) {
    const detail = `user, network and process namespaces, Node's permission model${lacks}`;
    return { isolated: true, detail, wrapper: [...tied, ...CUT_OFF, ...limited], networkedWrapper };
  }
  const detail = `only Node's permission model, the network is not cut off: unshare failed (${failure})${lacks}`;
  return { isolated: false, detail, wrapper: networkedWrapper, networkedWrapper };
}

async function works(command: readonly string[]): Promise<boolean> {
  return (await failureOf(command)) === undefined;
}

function failureOf(command: readonly string[]): Promise<string | undefined> {
  const [program = 'false', ...args] = command;
  return new Promise((resolve) => {
    execFile(program, args, { env: PROBE_ENV, timeout: PROBE_TIMEOUT, cwd: '/' }, (error, _stdout, stderr) => {
      resolve(error === null ? undefined : stderr.trim().split('\n')[0] || `${error.code ?? 'failed'}`);
    });
  });
}

/** Open files of a child: its pipes, the modules it loads and one archive. */
const MAX_OPEN_FILES = 256;

/**
 * How V8 keeps a child small that makes garbage by the hundred megabytes. Each alone is worth a few MB, which the swings
 * between two runs hide; with the allocator's threshold they take 13 of 148 MB off the peak over a tree of a hundred wheels,
 * and three hundredths of the processor time.
 */
const FRUGAL_ENGINE = [
  // MiB of the nursery. 4 take a twenty-fifth less time than 2, and hold 10 MB more; 1 takes a twentieth more, and holds as much.
  '--max-semi-space-size=2',
  // Code for a function that ran some dozens of times is soon followed by Maglev's, and is kept beside its bytecode.
  '--no-sparkplug',
  // V8's own functions stay in the binary and are not copied beside the compiled code.
  '--no-short-builtin-calls',
  // What is long, or grows long by inlining, takes TurboFan megabytes and seconds; Maglev's code for it runs nearly as fast.
  '--max-optimized-bytecode-size=10000',
  '--max-inlined-bytecode-size-cumulative=200',
] as const;

/** The whole command line of a child. */
export function confinedCommand(isolation: Isolation, options: ConfinementOptions): readonly string[] {
  const limits = [`--cpu=${options.cpuSeconds}`, `--nofile=${MAX_OPEN_FILES}`, '--fsize=0', '--core=0'];
  const readable = [...programFiles(options.entry), ...options.readable];
  return [
    ...isolation.wrapper,
    ...(isolation.wrapper.at(-1) === 'prlimit' ? limits : []),
    options.nodePath,
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--max-old-space-size=${options.memoryMb}`,
    ...FRUGAL_ENGINE,
    // So that the program can give memory back (src/main/frugal.ts); it gives no power over anything but its own heap.
    '--expose-gc',
    '--disallow-code-generation-from-strings',
    '--no-warnings',
    options.entry,
  ];
}

/** What the program itself must read to start: its sources and its packages, not the configuration beside them. */
function programFiles(entry: string): readonly string[] {
  let folder = dirname(entry);
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  const own = ['package.json', 'node_modules', 'src', 'dist'].map((part) => join(folder, part));
  // Installed as a package, its dependencies lie beside it.
  const parent = dirname(folder);
  const parts = basename(parent) === 'node_modules' ? [...own, parent] : own;
  return [dirname(entry), ...parts.filter((path) => existsSync(path))];
}
