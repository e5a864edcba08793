/** Answers to calls that carried an `Idempotency-Key`, kept so that a repeated call is answered and not done again. */

/** One call: whose, under which key, and the digest of everything that was asked. */
export interface KeyedCall {
  readonly caller: string;
  readonly key: string;
  readonly digest: string;
}

export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * `begun`: nobody asked before, do it. `answered`: it was done, this was the answer. `other-call`: the key stands for
 * another call. `running`: the first one is still being done. `unknown`: the first one was interrupted, and whether it was
 * done cannot be told from here.
 */
export type Beginning =
  | { readonly status: 'begun' }
  | { readonly status: 'answered'; readonly answer: KeptAnswer }
  | { readonly status: 'other-call' }
  | { readonly status: 'running' }
  | { readonly status: 'unknown' };

export interface IdempotentAnswers {
  begin(call: KeyedCall): Promise<Beginning>;
  /** Keeps the answer of a call that was done. */
  finish(call: KeyedCall, answer: KeptAnswer): Promise<void>;
  /** Forgets a call that changed nothing: the key may be used again. */
  abandon(call: KeyedCall): Promise<void>;
}
