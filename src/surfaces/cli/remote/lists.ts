/** `pratique list`, `quarantine`, `policy`, `advisories` and `feed` on a server elsewhere. */
import { z } from 'zod';
import { parsePurl } from '../../../domain/purl.ts';
import { advisoriesAnswer, feedsAnswer, importedText, importsAnswer } from '../commands/feeds.ts';
import { denyOptions, liftedAnswer, releaseAsked, removedAnswer, whyAnswer } from '../commands/list.ts';
import { deniedAnswer } from '../commands/list-denied.ts';
import { explanationText, testAnswer } from '../commands/policy.ts';
import {
  quarantineAnswer,
  quarantinesAnswer,
  rehearsalAnswer,
  scope,
  startedAnswer,
  reasoned as stopOptions,
} from '../commands/quarantine.ts';
import { exitOfSet } from '../evidence-output.ts';
import { one, pathOf } from './fields.ts';
import { uploadsOf } from './uploads.ts';
import type { RemoteWork } from './work.ts';

const entry = z.looseObject({
  ...{ id: z.string(), name: z.string(), version: z.string() },
  list: z.enum(['core', 'extra']),
});
const denial = z.looseObject({ id: z.string(), name: z.string(), versions: z.string().nullable() });
const stops = z.array(z.object({ channel: z.string(), purl: z.string(), state: z.string() }));
const touches = z.array(z.object({ channel: z.string(), purl: z.string(), request: z.string().nullable() }));
const unread = z.array(z.string()).optional();
const touched = z.object({ stops, touches, unread });
// Servers of an earlier release do not say what it touches.
const newDenial = denial.extend({ stops: stops.optional(), touches: touches.optional(), unread });
const offered = z.looseObject({
  purl: z.string(),
  name: z.string(),
  state: z.enum(['core', 'accepted', 'dependency']),
  why: z.array(z.string()),
});
const quarantine = z.looseObject({
  ...{ id: z.string(), ecosystem: z.string(), name: z.string(), versions: z.string().nullable(), reason: z.string() },
  ...{ startedBy: z.string().nullable(), startedAt: z.string(), endedAt: z.string().nullable() },
});
const reached = z.object({
  ...{ id: z.string(), channel: z.string(), list: z.string() },
  ...{ name: z.string(), version: z.string(), decision: z.string() },
});
const reasoned = z.tuple([z.string(), z.object({ reason: z.string() })]);

const listWorks: Readonly<Record<string, RemoteWork>> = {
  async 'list-why'({ session: { channel }, remote }, given) {
    const [asked] = one.parse(given);
    const { name, version } = releaseAsked(asked);
    const found = await remote.list(offered, pathOf('lists', channel, 'expanded'), { name });
    const isMeant = ({ purl }: { readonly purl: string }) =>
      version === undefined || parsePurl(purl)?.version === version;
    return whyAnswer(channel, asked, found.filter(isMeant));
  },
  async 'list-remove'({ session: { channel }, remote }, given) {
    const [id, body] = reasoned.parse(given);
    const read = pathOf('lists', channel, 'entries', id);
    return removedAnswer(await remote.decide(entry, { read, path: `${read}/removal`, body }));
  },
  async 'list-deny'({ session: { channel }, remote }, given) {
    const [ecosystem, name, { versions, reason, everywhere, draft }] = z
      .tuple([z.string(), z.string(), denyOptions])
      .parse(given);
    const scope = { channel: everywhere === true ? null : channel, ecosystem, name, versions };
    if (draft === true) {
      const call = { method: 'POST', path: '/denials/rehearsal', body: scope } as const;
      return deniedAnswer(null, await remote.ask(touched, call));
    }
    const body = { ...scope, reason };
    const { stops, touches, unread, ...made } = await remote.ask(newDenial, { method: 'POST', path: '/denials', body });
    return deniedAnswer(made, stops === undefined || touches === undefined ? undefined : { stops, touches, unread });
  },
  async 'list-lift'({ remote }, given) {
    const [id, body] = reasoned.parse(given);
    const read = pathOf('denials', id);
    return liftedAnswer(await remote.decide(denial, { read, path: `${read}/lift`, body }));
  },
};

const quarantineWorks: Readonly<Record<string, RemoteWork>> = {
  async 'quarantine-list'({ remote }, given) {
    const [{ ended }] = z.tuple([z.object({ ended: z.boolean().optional() })]).parse(given);
    return quarantinesAnswer(
      await remote.list(quarantine, '/quarantines', { ended: ended === true ? 'true' : undefined }),
    );
  },
  async 'quarantine-show'({ remote }, given) {
    const [id] = one.parse(given);
    return quarantineAnswer((await remote.read(quarantine, pathOf('quarantines', id))).value);
  },
  async 'quarantine-rehearse'({ remote }, given) {
    const [ecosystem, name, { versions }] = z.tuple([z.string(), z.string(), scope]).parse(given);
    const call = { method: 'POST', path: '/quarantines/rehearsal', body: { ecosystem, name, versions } } as const;
    return rehearsalAnswer((await remote.ask(z.object({ results: z.array(reached) }), call)).results);
  },
  async 'quarantine-start'({ remote }, given) {
    const [ecosystem, name, options] = z.tuple([z.string(), z.string(), stopOptions]).parse(given);
    const body = { ecosystem, name, ...options };
    return startedAnswer(await remote.ask(quarantine, { method: 'POST', path: '/quarantines', body }));
  },
  async 'quarantine-release'({ remote }, given) {
    const [id, body] = reasoned.parse(given);
    const read = pathOf('quarantines', id);
    return quarantineAnswer(await remote.decide(quarantine, { read, path: `${read}/release`, body }));
  },
};

const policy = z.looseObject({
  digest: z.string(),
  settings: z.unknown(),
  rules: z.array(z.unknown()),
  text: z.string(),
});
const tried = z.object({
  name: z.string(),
  passed: z.boolean(),
  expected: z.looseObject({ outcome: z.string() }),
  got: z.object({ outcome: z.string(), reasons: z.array(z.looseObject({ rule: z.string() })) }),
  fault: z.string().nullable().default(null),
});

const explained = z.looseObject({
  verdict: z.object({ outcome: z.enum(['admit', 'review', 'refuse']) }),
  results: z.array(
    z.looseObject({
      purl: z.string(),
      verdict: z.object({ outcome: z.string() }),
      rules: z.array(
        z.object({
          ...{ rule: z.string(), when: z.string(), state: z.string(), text: z.string().nullable() },
          outcome: z.enum(['review', 'refuse']),
        }),
      ),
    }),
  ),
});

const policyWorks: Readonly<Record<string, RemoteWork>> = {
  /** Of the evidence that the server has: it collects none for this. */
  async 'policy-explain'({ session: { channel }, remote }, given) {
    const [text, { all }] = z.tuple([z.string(), z.object({ all: z.boolean().optional() })]).parse(given);
    const call = { method: 'POST', path: '/policy/explain', body: { channel, package: text } } as const;
    const found = await remote.ask(explained, call);
    return { json: found, text: explanationText(found.results, all === true), exit: exitOfSet(found) };
  },
  async 'policy-show'({ remote }) {
    const { digest, settings, rules, text } = (await remote.read(policy, '/policy')).value;
    return { json: { digest, settings, rules }, text: text.trimEnd() };
  },
  async 'policy-test'({ remote }) {
    const call = { method: 'POST', path: '/policy/test' } as const;
    return testAnswer((await remote.ask(z.object({ results: z.array(tried) }), call)).results);
  },
};

const imported = z.looseObject({
  ...{ ecosystem: z.string(), records: z.int(), importedAt: z.string(), source: z.string() },
});
const feed = imported.extend({ kind: z.string() });
const severity = z.discriminatedUnion('state', [
  z.looseObject({ state: z.literal('scored'), score: z.number() }),
  z.looseObject({ state: z.literal('unknown') }),
]);
const advisory = z.looseObject({ id: z.string(), summary: z.string(), severity });
const summary = z.looseObject({ records: z.int(), changed: z.int(), withdrawn: z.int(), elsewhere: z.int() });

const feedWorks: Readonly<Record<string, RemoteWork>> = {
  async 'advisories-import'({ remote }, given) {
    const [place, { skipBad }] = z.tuple([z.string(), z.object({ skipBad: z.boolean().optional() })]).parse(given);
    const [file] = await uploadsOf([place]);
    const call = { method: 'POST', path: '/advisories', body: { ...file, skipBad } } as const;
    const done = await remote.ask(summary, call);
    return { json: done, text: importedText(done) };
  },
  async 'advisories-list'({ remote }, given) {
    const [ecosystem, name] = z.tuple([z.string().optional(), z.string().optional(), z.unknown()]).parse(given);
    if (ecosystem !== undefined && name !== undefined)
      return advisoriesAnswer(await remote.list(advisory, pathOf('advisories', ecosystem, name)));
    const { results } = (await remote.read(z.object({ results: z.array(imported) }), '/advisories')).value;
    return importsAnswer(results);
  },
  async 'feed-import'({ remote }, given) {
    const [kind, place, { ecosystem }] = z
      .tuple([z.string(), z.string(), z.object({ ecosystem: z.string() })])
      .parse(given);
    const [file] = await uploadsOf([place]);
    const call = { method: 'POST', path: '/feeds', body: { ...file, kind, ecosystem } } as const;
    const done = await remote.ask(z.looseObject({ records: z.int() }), call);
    return { json: done, text: `${done.records} records imported` };
  },
  async 'feed-list'({ remote }) {
    return feedsAnswer((await remote.read(z.object({ results: z.array(feed) }), '/feeds')).value.results);
  },
};

export const offerWorks: Readonly<Record<string, RemoteWork>> = {
  ...listWorks,
  ...quarantineWorks,
  ...policyWorks,
  ...feedWorks,
};
