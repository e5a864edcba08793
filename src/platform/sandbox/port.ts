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
