/** "You can install it now": told when a snapshot that holds it is there, not when somebody decided. */
import type { FactOf } from '../../domain/fact.ts';
import { SYSTEM } from '../../domain/people.ts';
import type { Transaction } from '../../platform/db/port.ts';
import { decisionsOf, finalDecision } from '../decisions/read.ts';
import { requestersOf } from './audience.ts';
import type { Concern } from './concern.ts';
import { awaitedIn, awaitRelease, endAwaiting } from './store.ts';
import { type TellingDeps, type Told, tellConcerns } from './tell.ts';
import { WORDS } from './wording.ts';

export interface AvailableDeps extends TellingDeps {
  /** Whether the channel's current snapshot offers the release. */
  isOffered(release: Release): Promise<boolean>;
  /** How the stock client installs it: for a person to copy. */
  install(release: Release): string;
}

export interface Release {
  readonly channel: string;
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
}

/** From a settled decision on, its requesters wait for a snapshot. */
export async function awaitSettled(
  { ledger }: TellingDeps,
  { request, channel }: FactOf<'decision-settled'>,
): Promise<void> {
  if (request === null) return;
  await ledger.change(SYSTEM, ({ db, now }) => awaitRelease(db, { request, channel, since: now }));
}

/** Tells the requesters of everything that the new snapshot of a channel brought: one notice a person, however many releases. */
export async function tellAvailable(
  deps: AvailableDeps,
  { fact, actor, sequence }: Told & { readonly fact: FactOf<'snapshot-published'> },
): Promise<void> {
  await deps.ledger.change(SYSTEM, async ({ db, now }) => {
    const arrivals = new Map<string, Arrival[]>();
    for (const request of await awaitedIn(db, fact.channel)) {
      const release = await arrived(deps, db, request);
      if (release === undefined || !(await endAwaiting(db, request))) continue;
      for (const person of await requestersOf(db, request))
        arrivals.set(person, [...(arrivals.get(person) ?? []), { request, release }]);
    }
    const concerns = [...arrivals].map(([person, all]) => concernOf(deps, fact.channel, { person, all }));
    await tellConcerns(deps, { db, now, concerns, kind: 'available', actor, sequence });
  });
}

interface Arrival {
  readonly request: string;
  readonly release: Release;
}

async function arrived(deps: AvailableDeps, db: Transaction, request: string): Promise<Release | undefined> {
  const decision = finalDecision(await decisionsOf(db, request));
  if (decision === undefined || decision.version === null) return undefined;
  const { channel, ecosystem, name, version } = decision;
  const release = { channel, ecosystem, name, version };
  return (await deps.isOffered(release)) ? release : undefined;
}

function concernOf(
  { install }: AvailableDeps,
  channel: string,
  { person, all }: { readonly person: string; readonly all: readonly Arrival[] },
): Concern {
  const items = all.map(({ request, release }) => ({
    about: { ...release, request },
    install: install(release),
  }));
  const [only] = items.length === 1 ? items : [];
  const words = only === undefined ? WORDS.allAvailable(items, channel) : WORDS.available(only.about, only.install);
  const about = only?.about.request ?? null;
  return { people: [person], words, timing: 'now', alsoActor: true, channel, about };
}
