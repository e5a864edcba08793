/** Audits by package clients, answered from the advisories that the operator imported. */
import type { Advisory } from '../../domain/advisory.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { ServingDeps } from './deps.ts';

export type AuditAnswer =
  | { readonly status: 'answered'; readonly body: Uint8Array }
  | { readonly status: 'not-a-question' }
  /** No advisories, or stale ones: "no vulnerabilities" would be a lie. */
  | { readonly status: 'could-not-check'; readonly reason: string };

/** Packages looked up at once: each is two short queries. */
const AT_ONCE = 8;

export async function answerAudit(
  deps: Pick<ServingDeps, 'advisories'>,
  ask: { readonly ecosystem: Ecosystem; readonly path: string; body(): Promise<Uint8Array> },
): Promise<AuditAnswer> {
  const { audit } = ask.ecosystem.protocol;
  const question = audit?.read(ask.path, await ask.body());
  if (audit === undefined || question === undefined) return { status: 'not-a-question' };
  const advisories = await advisoriesAbout(deps, ask.ecosystem.id, [...question.packages.keys()]);
  if (advisories === undefined) {
    const reason = `COULD NOT CHECK: no current advisories about ${ask.ecosystem.title} are imported here`;
    return { status: 'could-not-check', reason };
  }
  return { status: 'answered', body: audit.answer(question, advisories) };
}

async function advisoriesAbout(
  deps: Pick<ServingDeps, 'advisories'>,
  ecosystem: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly Advisory[]> | undefined> {
  const found = new Map<string, readonly Advisory[]>();
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const some = names.slice(at, at + AT_ONCE);
    const answers = await Promise.all(some.map((name) => deps.advisories?.(ecosystem, name)));
    for (const [index, name] of some.entries()) {
      const answer = answers[index];
      if (answer === undefined) return undefined;
      found.set(name, answer);
    }
  }
  return found;
}
