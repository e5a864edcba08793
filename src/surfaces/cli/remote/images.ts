/** `pratique image` on a server elsewhere. */
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import { changesText } from '../commands/image.ts';
import { EXIT } from '../exit-codes.ts';
import { fields, table } from '../output.ts';
import type { Remote } from './client.ts';
import type { RemoteWork } from './work.ts';

const summary = z.looseObject({
  id: z.string(),
  channel: z.string(),
  snapshot: z.int(),
  manifest: z.string(),
  builtBy: z.string(),
  builtAt: z.string(),
});
const release = z.looseObject({
  ecosystem: z.string(),
  name: z.string(),
  version: z.string(),
  list: z.string(),
  neededBy: z.array(z.string()),
});
const details = summary.extend({ contents: z.looseObject({ releases: z.array(release) }) });
const changes = z.looseObject({
  from: z.string(),
  to: z.string(),
  added: z.array(release),
  removed: z.array(release),
  changed: z.array(
    z.object({ ecosystem: z.string(), name: z.string(), from: z.array(z.string()), to: z.array(z.string()) }),
  ),
  otherBytes: z.array(z.string()),
});
const check = z.object({
  status: z.string(),
  problems: z.array(z.string()),
  stopped: z.array(z.object({ purl: z.string(), by: z.string() })),
});
const named = z.tuple([z.string().optional(), z.unknown()]);

export const imageWorks: Readonly<Record<string, RemoteWork>> = {
  async 'image-list'({ session: { channel }, remote }) {
    const results = await newestFirst(remote, channel);
    const rows = results.map((one) => [one.id, one.builtAt, one.builtBy, `${one.channel}@${one.snapshot}`]);
    const empty = `No image of ${channel} yet.`;
    return { json: { results }, text: rows.length === 0 ? empty : table(['IMAGE', 'BUILT', 'BY', 'SNAPSHOT'], rows) };
  },
  async 'image-show'({ session: { channel, document }, remote }, given) {
    const path = await pathOf(remote, channel, named.parse(given)[0]);
    const { value: image } = await remote.read(details, path);
    const json = { image };
    if (document !== 'cyclonedx') return { json, text: textOf(image) };
    return { json, text: '', document: await remote.document(`${path}/cyclonedx`, {}) };
  },
  async 'image-diff'({ session: { channel }, remote }, given) {
    const [since, after] = z.tuple([z.string().optional(), z.string().optional(), z.unknown()]).parse(given);
    const path = `${await pathOf(remote, channel, after)}/changes`;
    const found = await remote.ask(changes, { method: 'GET', path, query: { since } });
    return { json: found, text: changesText(found) };
  },
  async 'image-verify'({ session: { channel }, remote }, given) {
    const path = `${await pathOf(remote, channel, named.parse(given)[0])}/check`;
    const found = await remote.ask(check, { method: 'GET', path });
    const stopped = found.stopped.map(({ purl, by }) => `stopped since: ${purl} (${by})`);
    const isWell = found.status === 'whole' && stopped.length === 0;
    const text = [found.status, ...found.problems, ...stopped].join('\n');
    return { json: found, text, exit: isWell ? EXIT.done : EXIT.notAllowed };
  },
};

async function newestFirst(remote: Remote, channel: string): Promise<readonly z.infer<typeof summary>[]> {
  return (await remote.list(summary, `/images/${encodeURIComponent(channel)}`)).toReversed();
}

/** Throws `unknown-image` where none is named and none is there. */
async function pathOf(remote: Remote, channel: string, asked: string | undefined): Promise<string> {
  const id = asked ?? (await newestFirst(remote, channel))[0]?.id;
  if (id !== undefined) return `/images/${encodeURIComponent(channel)}/${encodeURIComponent(id)}`;
  throw new Problem({
    kind: 'not-found',
    code: 'unknown-image',
    what: `There is no image of ${channel} yet`,
    next: 'The first of a month comes by itself; an operator builds one with `pratique image build`.',
  });
}

function textOf({ id, channel, snapshot, builtAt, builtBy, manifest, contents }: z.infer<typeof details>): string {
  const head = fields([
    ['image', `${id} of ${channel}`],
    ['built', `${builtAt} by ${builtBy}`],
    ['snapshot', `${channel}@${snapshot}`],
    ['contents', manifest],
  ]);
  const rows = contents.releases.map((one) => [
    ...[one.ecosystem, `${one.name} ${one.version}`, one.list, one.neededBy.join(', ')],
  ]);
  return `${head}\n\n${table(['ECOSYSTEM', 'RELEASE', 'LIST', 'NEEDED BY'], rows)}`;
}
