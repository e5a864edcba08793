/** What came of a trial: a release installed, imported and tested in a cage, from the files of its tree alone. Plain data. */

/** The interpreter and the system that a trial runs on: those of this machine. */
export interface TrialMachine {
  /** For people: `CPython 3.11.7 on x86_64 with glibc 2.36, pip 24.0`. */
  readonly title: string;
  /** Read by the ecosystem alone. */
  readonly settings: Readonly<Record<string, string | readonly string[]>>;
}

/** A step that did not come to its end. */
export type Unfinished =
  | { readonly status: 'ended-at-limit'; readonly limit: 'time' | 'memory' | 'output' | 'other'; readonly last: string }
  /** A step before it did not succeed. */
  | { readonly status: 'not-reached' };

/** How an unfinished step ended, in words that follow its name. */
export function endingOf(limit: Extract<Unfinished, { status: 'ended-at-limit' }>['limit']): string {
  return limit === 'other' ? 'ended without saying what came of it' : `went over the limit of ${limit}`;
}

export type InstallStep =
  | {
      readonly status: 'installed';
      /** What the client put there: normal names. */
      readonly releases: readonly { readonly name: string; readonly version: string }[];
      readonly warnings: readonly string[];
    }
  /** `last`: the last thing that the client said. */
  | { readonly status: 'refused'; readonly last: string }
  | Unfinished;

export type ImportStep =
  | {
      readonly status: 'imported';
      /** Each top-level module; `error` is the last line of its exception, `null` where it imported. */
      readonly modules: readonly { readonly name: string; readonly error: string | null }[];
      readonly warnings: readonly string[];
    }
  | Unfinished;

export type TestStep =
  | {
      readonly status: 'ran';
      readonly runner: string;
      readonly passed: number;
      readonly failed: number;
      readonly skipped: number;
      /** What failed or went wrong, in the runner's last words. */
      readonly last: string;
      readonly seconds: number;
    }
  /** There is nothing to run. */
  | { readonly status: 'none'; readonly reason: string }
  /** There are tests, and something is missing to run them. */
  | { readonly status: 'not-runnable'; readonly reason: string }
  | Unfinished;

export interface TrialSteps {
  readonly install: InstallStep;
  readonly imports: ImportStep;
  /** Libraries that compiled files of the tree ask for and that neither the tree nor the system has. */
  readonly missingLibraries: readonly { readonly file: string; readonly library: string }[];
  readonly tests: TestStep;
  readonly wallMs: number;
  /** Bytes of memory, the most that was seen over all processes. */
  readonly peakBytes: number;
}

export interface TrialReport extends TrialSteps {
  /** Id of the channel's target that this machine is. */
  readonly target: string;
  /** `TrialMachine.title`. */
  readonly machine: string;
  /** What the resolver chose for the target: normal names. */
  readonly resolved: readonly { readonly name: string; readonly version: string }[];
  /** Those of them that building others needs: the client need not leave them installed. */
  readonly forBuilds: readonly { readonly name: string; readonly version: string }[];
}

export type TrialOutcome =
  | { readonly status: 'tried'; readonly report: TrialReport }
  | { readonly status: 'not-applicable'; readonly reason: string }
  /** Could not check. */
  | { readonly status: 'failed'; readonly reason: string; readonly retryable: boolean };
