/** `pratique image` on a server elsewhere. */
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import { changesText, checkAnswer, imagesAnswer, imageText } from '../commands/image.ts';
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
const details = summary.extend({
  contents: z.looseObject({ releases: z.array(release), files: z.array(z.looseObject({ path: z.string() })) }),
});
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
    return imagesAnswer(channel, await newestFirst(remote, channel));
  },
  async 'image-show'({ session: { channel, document }, remote }, given) {
    const path = await pathOf(remote, channel, named.parse(given)[0]);
    const { value: image } = await remote.read(details, path);
    const json = { image };
    if (document !== 'cyclonedx') return { json, text: imageText(image) };
    return { json, text: '', document: await remote.document(`${path}/cyclonedx`, {}) };
  },
  async 'image-build'({ session: { channel }, remote }) {
    const image = await remote.ask(details, { method: 'POST', path: `/images/${encodeURIComponent(channel)}` });
    return { json: { image }, text: imageText(image) };
  },
  async 'image-diff'({ session: { channel }, remote }, given) {
    const [since, after] = z.tuple([z.string().optional(), z.string().optional(), z.unknown()]).parse(given);
    const path = `${await pathOf(remote, channel, after)}/changes`;
    const found = await remote.ask(changes, { method: 'GET', path, query: { since } });
    return { json: found, text: changesText(found) };
  },
  async 'image-verify'({ session: { channel }, remote }, given) {
    const path = `${await pathOf(remote, channel, named.parse(given)[0])}/check`;
    return checkAnswer(await remote.ask(check, { method: 'GET', path }));
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
