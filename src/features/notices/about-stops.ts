/** Whom it concerns that something is not served any more: quarantined, denied, taken off its list. */
import { purlOf } from '../../domain/purl.ts';
import { findDecision } from '../decisions/read.ts';
import { clearedEntries, findDenial } from '../lists/read.ts';
import { requesters, withRoles } from './audience.ts';
import type { Asking, Concern, Stopping } from './concern.ts';
import { WORDS, type Words } from './wording.ts';

/** Who asked for what it touches is told what that is; the others that it happened. */
export async function quarantined({ deps, db, fact }: Asking<'quarantine-started'>): Promise<readonly Concern[]> {
  const { quarantine, ecosystem, name, versions } = fact;
  const words = (touched: readonly string[]) => WORDS.quarantined({ quarantine, name, versions }, touched);
  const stopping = { ecosystem, name, versions, channel: null };
  return stopped({ deps, db }, { stopping, words, about: quarantine });
}

/** A denial takes effect at once, on what was accepted before too. One that was lifted meanwhile is nothing to be told of. */
export async function denied({ deps, db, fact }: Asking<'list-changed'>): Promise<readonly Concern[]> {
  const denial = fact.denial === undefined ? undefined : await findDenial(db, fact.denial);
  if (denial === undefined) return [];
  const { channel } = fact;
  const { id, ecosystem, name, versions } = denial;
  const words = (touched: readonly string[]) =>
    WORDS.denied({ name, versions, channel, why: whyOf(channel, denial) }, touched);
  const stopping = { ecosystem, name, versions, channel };
  return stopped({ deps, db }, { stopping, words, about: id });
}

/** Who asked for a release is told that it was taken off its list, by a person or as its exception ended. */
export async function takenOff({ db, fact }: Asking<'list-changed'>): Promise<readonly Concern[]> {
  if (fact.removed === undefined || fact.decision === null) return [];
  const decision = await findDecision(db, fact.decision);
  if (decision?.request == null) return [];
  const { channel, ecosystem, name, version, request } = decision;
  const remaining = await clearedEntries(db, channel, { ecosystem, name });
  // Accepted anew meanwhile, it stays.
  if (remaining.some((one) => one.version === version)) return [];
  const said = {
    words: WORDS.takenOff({ ...decision, request }, whyOf(fact.channel, decision)),
    channel,
    about: request,
  };
  return [
    { ...said, ...(await requesters(db, request)), timing: 'now' },
    { ...said, ...(await withRoles(db, channel, ['reviewer'])), timing: 'daily' },
  ];
}

function whyOf(channel: string, { ecosystem, name }: { readonly ecosystem: string; readonly name: string }): string {
  return `pratique why ${purlOf({ ecosystem, name })} --channel ${channel}`;
}

interface Stop {
  readonly stopping: Stopping;
  words(touched: readonly string[]): Words;
  readonly about: string;
}

async function stopped(
  { deps, db }: Pick<Asking<'list-changed'>, 'deps' | 'db'>,
  { stopping, words, about: id }: Stop,
): Promise<readonly Concern[]> {
  const mine = new Map<string, string[]>();
  for (const one of await deps.affectedBy(stopping))
    for (const person of (await requesters(db, one.request)).people)
      mine.set(person, [...(mine.get(person) ?? []), `${one.name} ${one.version} in ${one.channel}`]);
  const others = await withRoles(db, stopping.channel, ['reviewer', 'operator', 'provider', 'auditor']);
  const about = { timing: 'now', channel: stopping.channel, about: id } as const;
  return [
    ...[...mine].map(([person, touched]) => ({
      ...about,
      people: [person],
      words: words(touched),
      alsoActor: true,
    })),
    { ...about, ...others, words: words([]) },
  ];
}
