/** Audits by package clients, answered from the advisories that the operator imported. */
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { ServingDeps } from './deps.ts';

export type AuditAnswer =
  | { readonly status: 'answered'; readonly body: Uint8Array }
  | { readonly status: 'not-a-question' }
  /** No advisories, or stale ones: "no vulnerabilities" would be a lie. */
  | { readonly status: 'could-not-check'; readonly reason: string };

export async function answerAudit(
  deps: Pick<ServingDeps, 'advisories'>,
  ask: { readonly ecosystem: Ecosystem; readonly path: string; body(): Promise<Uint8Array> },
): Promise<AuditAnswer> {
  const { audit } = ask.ecosystem.protocol;
  const question = audit?.read(ask.path, await ask.body());
  if (audit === undefined || question === undefined) return { status: 'not-a-question' };
  const advisories = await deps.advisories?.(ask.ecosystem.id, [...question.packages.keys()]);
  if (advisories === undefined) {
    const reason = `COULD NOT CHECK: no current advisories about ${ask.ecosystem.title} are imported here`;
    return { status: 'could-not-check', reason };
  }
  return { status: 'answered', body: audit.answer(question, advisories) };
}
