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
