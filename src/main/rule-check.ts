/** Asks the sandbox whether YARA rules compile: they come from outside, and their reader is no part of the server. */
import { z } from 'zod';
import type { RuleSource } from '../domain/malicious.ts';
import { Problem } from '../domain/problem.ts';
import type { Sandbox } from '../platform/sandbox/port.ts';

/** Milliseconds for the largest collections: 500 rules take a second. */
const CHECK_TIMEOUT_MS = 300_000;

const answerSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('compiled'), count: z.number() }),
  z.object({ status: z.literal('refused'), reason: z.string() }),
]);

/** Throws `rules-unchecked` where the sandbox gives no answer. */
export async function checkRules(
  sandbox: Sandbox,
  sources: readonly RuleSource[],
): Promise<z.infer<typeof answerSchema>> {
  const task = { task: 'check-rules', input: { sources }, files: [], timeoutMs: CHECK_TIMEOUT_MS };
  const answer = await sandbox.run(task);
  const parsed = answerSchema.safeParse(answer.status === 'done' ? answer.output : undefined);
  if (parsed.success) return parsed.data;
  throw new Problem({
    kind: 'could-not-check',
    code: 'rules-unchecked',
    what: 'The YARA rules could not be compiled',
    why: answer.status === 'failed' ? answer.reason : 'the confined program gave an answer of another form',
    next: 'Run pratique doctor to see whether the sandbox works; nothing was changed.',
  });
}
