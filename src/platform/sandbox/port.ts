/** The only home of processes. What is being vetted is read in confined children, never here, and never executed outside. */

export interface ConfinedTask {
  /** Name of a task that `src/main/confined.ts` knows: `examine-archive`, `evaluate-policy`. */
  readonly task: string;
  /** Plain data, sent as JSON. */
  readonly input: unknown;
  /** The only files the task may read, beside the program's own. */
  readonly files: readonly string[];
  /** Milliseconds of wall-clock after which the child is ended. */
  readonly timeoutMs: number;
}

export type ConfinedOutcome =
  /** `output` is whatever the child printed: parse it before use. */
  { readonly status: 'done'; readonly output: unknown } | { readonly status: 'failed'; readonly reason: string };

export interface Sandbox {
  /** Runs one task in a confined child. A crash, hang or out-of-memory costs this one outcome. */
  run(task: ConfinedTask): Promise<ConfinedOutcome>;
  /** Whether children are cut off from the network, and if not, why. */
  isolation(): Promise<{ readonly isolated: boolean; readonly detail: string }>;
  close(): Promise<void>;
}

/** Runs a program of this machine that the operator trusts (pip, to ask for its settings); never what is being vetted. */
export interface Programs {
  run(
    command: string,
    args: readonly string[],
    options?: { readonly timeoutMs?: number; readonly env?: Readonly<Record<string, string>> },
  ): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
}

/** A program of this machine that reads hostile data, and how far it may go. */
export interface GuardedProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly input: Uint8Array | string;
  /** Whether it may use the network. */
  readonly network: boolean;
  readonly limits: {
    /** Milliseconds of wall-clock. */
    readonly timeoutMs: number;
    readonly cpuSeconds: number;
    /** Bytes of address space of each of its processes. */
    readonly memoryBytes: number;
    /** Bytes of any one file that it writes. */
    readonly fileBytes: number;
    /** Bytes that it prints. */
    readonly outputBytes: number;
  };
  /** Takes its output; `false` ends it. */
  onOutput(piece: Uint8Array): boolean;
}

export type GuardedOutcome =
  /** `complaint` is the end of what it said on standard error. */
  | { readonly status: 'ended'; readonly code: number; readonly complaint: string }
  /** It was ended, or could not be started. */
  | { readonly status: 'stopped'; readonly reason: string };

export interface GuardedPrograms {
  run(program: GuardedProgram): Promise<GuardedOutcome>;
}

/** A file or folder of this machine that a cage shows, read-only; both absolute. */
export interface Shown {
  readonly source: string;
  /** Its place inside. */
  readonly at: string;
}

/** What the whole of a task may take. The first three are the kernel's limits for each process (setrlimit(2)). */
export interface CageLimits {
  readonly cpuSeconds: number;
  /** Bytes of address space. */
  readonly addressBytes: number;
  /** Bytes of one file. */
  readonly fileBytes: number;
  /** Processes and threads at one time. */
  readonly processes: number;
  /** Bytes of memory of all processes together, as looked at several times a second; the machine's own reserve ends a task too. */
  readonly memoryBytes: number;
  /** Milliseconds of wall-clock. */
  readonly timeoutMs: number;
}

/** A command to run in a cage. */
export interface CageTask {
  readonly command: readonly string[];
  /** Beside the programs and libraries of the system (`/usr`, `/lib`), nothing else of this machine is to be seen. */
  readonly shown: readonly Shown[];
  /** Bytes of `/tmp`, the one place to write: memory, gone when the task ends. */
  readonly writableBytes: number;
  readonly limits: CageLimits;
}

export type CageOutcome =
  | {
      readonly status: 'ran';
      /** `exited` by itself, with `code`, or ended because it went over a limit. */
      readonly ending: 'exited' | 'time' | 'memory' | 'output';
      /** `null` where a signal ended it. */
      readonly code: number | null;
      /** What it printed, as it came: parse it before use. Cut where `ending` is `output`. */
      readonly stdout: string;
      /** The last of it. */
      readonly stderr: string;
      readonly wallMs: number;
      /** The most memory that was seen, in bytes, over all processes. */
      readonly peakBytes: number;
    }
  /** Nothing was run, because the walls cannot be built here. */
  | { readonly status: 'unavailable'; readonly reason: string };

/**
 * Where code of packages is run, and the only place: without network, host files, environment or rights, under limits,
 * and with nothing left behind. Without the walls nothing runs; there is no setting that says otherwise.
 */
export interface Cage {
  /** Tasks wait for each other: one at a time. */
  run(task: CageTask): Promise<CageOutcome>;
  isolation(): Promise<{ readonly isolated: boolean; readonly detail: string }>;
  close(): Promise<void>;
}
