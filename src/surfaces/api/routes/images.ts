/** `/images`: what the desktop image of a month holds. */
import { z } from 'zod';
import { requireMay } from '../../../domain/authority.ts';
import type { Actor } from '../../../domain/people.ts';
import { billOf, compareImages, imageFile, listImages, showImage } from '../../../features/images/read.ts';
import type { ApiApp } from '../app.ts';
import { channelName, page, pageQuery } from '../fields.ts';
import { created, data, operation } from '../operation.ts';
import { pageOfAll } from '../pages.ts';

const imageId = z
  .string()
  .regex(/^\d{4}-\d{2}(?:[.]\d{1,4})?$/)
  .meta({ description: 'Month, and a number where it was built again.', examples: ['2026-11'] });
const summary = z
  .object({
    channel: channelName,
    id: imageId,
    snapshot: z.int(),
    manifest: z.string().meta({ description: 'Digest of the signed contents list.' }),
    signature: z.string().meta({ description: 'Ed25519 over the contents list, base64.' }),
    keyId: z.string(),
    builtBy: z.string(),
    builtAt: z.string().meta({ description: 'RFC 3339, UTC.' }),
  })
  .meta({ id: 'Image' });
const release = z.object({
  purl: z.string(),
  ecosystem: z.string(),
  name: z.string(),
  version: z.string(),
  list: z.enum(['core', 'dependency']),
  targets: z.array(z.string()),
  neededBy: z.array(z.string()),
  files: z.array(z.object({ filename: z.string(), sha256: z.string(), size: z.int() })),
});
const details = summary
  .extend({
    contents: z.object({
      releases: z.array(release),
      files: z.array(z.object({ path: z.string(), sha256: z.string(), size: z.int() })),
    }),
  })
  .meta({ id: 'ImageDetails' });
const inChannel = z.strictObject({ channel: channelName });
const named = z.strictObject({ channel: channelName, image: imageId });

export const images = [
  operation({
    method: 'get',
    path: '/images/{channel}',
    id: 'listImages',
    summary: 'The images of a channel',
    access: 'signed-in',
    params: inChannel,
    query: z.strictObject(pageQuery),
    answer: page(summary),
    async work({ app, actor, params, query, url }) {
      requireMay(actor, 'read', params);
      const all = await listImages(app.db, params.channel);
      return pageOfAll(all, { ...query, url, key: ({ builtAt, id }) => `${builtAt} ${id}` });
    },
  }),
  operation({
    method: 'post',
    path: '/images/{channel}',
    id: 'buildImage',
    summary: 'Build the image of this month from the current snapshot',
    access: 'build-image',
    params: inChannel,
    answer: details,
    status: 201,
    problems: ['nothing-core', 'holds-stopped', 'built-meanwhile'],
    async work({ app, actor, params }) {
      const image = await app.rooms.images.build(actor, params.channel);
      return created(`/images/${image.channel}/${image.id}`, image);
    },
  }),
  operation({
    method: 'get',
    path: '/images/{channel}/{image}',
    id: 'showImage',
    summary: 'One image: what it holds, and the files that its build installs from',
    access: 'signed-in',
    params: named,
    answer: details,
    work: async (call) => data(await readImage(call)),
  }),
  operation({
    method: 'get',
    path: '/images/{channel}/{image}/file',
    id: 'readImageFile',
    summary: 'A file that the build of the image installs from: requirements, lock, bill of materials',
    access: 'signed-in',
    params: named,
    query: z.strictObject({
      path: z
        .string()
        .max(300)
        .meta({ examples: ['pypi/cp312-manylinux_2_28_x86_64/requirements.txt'] }),
    }),
    answer: z.unknown(),
    alsoAnswers: ['text/plain'],
    async work({ app, actor, params, query }) {
      const image = await readImage({ app, actor, params });
      const bytes = await imageFile(app.blobs, image, query.path);
      const filename = query.path.split('/').at(-1) ?? 'file';
      return { kind: 'bytes', type: 'text/plain', bytes, filename };
    },
  }),
  operation({
    method: 'get',
    path: '/images/{channel}/{image}/cyclonedx',
    id: 'showImageBill',
    summary: 'The image as CycloneDX 1.6',
    access: 'signed-in',
    params: named,
    answer: z.looseObject({ bomFormat: z.literal('CycloneDX') }),
    work: async (call) => data({ ...billOf(await readImage(call)) }),
  }),
  operation({
    method: 'get',
    path: '/images/{channel}/{image}/changes',
    id: 'compareImages',
    summary: 'What changed since another image; the one before where none is named',
    access: 'signed-in',
    params: named,
    query: z.strictObject({ since: imageId.optional() }),
    answer: z.object({
      from: z.string(),
      to: z.string(),
      added: z.array(release),
      removed: z.array(release),
      changed: z.array(
        z.object({ ecosystem: z.string(), name: z.string(), from: z.array(z.string()), to: z.array(z.string()) }),
      ),
      otherBytes: z.array(z.string()).meta({ description: 'Same version, other bytes: never by an ordinary build.' }),
    }),
    async work({ app, actor, params: { channel, image }, query: { since } }) {
      requireMay(actor, 'read', { channel });
      return data(await compareImages(app, channel, { before: since, after: image }));
    },
  }),
  operation({
    method: 'get',
    path: '/images/{channel}/{image}/check',
    id: 'verifyImage',
    summary: 'Whether the image is what was signed, and what in it was stopped since',
    access: 'signed-in',
    params: named,
    answer: z.object({
      status: z.enum(['whole', 'broken']),
      problems: z.array(z.string()),
      stopped: z.array(z.object({ purl: z.string(), by: z.string() })),
    }),
    async work({ app, actor, params }) {
      requireMay(actor, 'read', params);
      return data(await app.rooms.images.verify(params.channel, params.image));
    },
  }),
];

interface Reading {
  readonly app: ApiApp;
  readonly actor: Actor;
  readonly params: z.output<typeof named>;
}

/** Throws `wrong-role`, `token-scope`, `unknown-image`. */
async function readImage({ app, actor, params: { channel, image } }: Reading) {
  requireMay(actor, 'read', { channel });
  return showImage(app, channel, image);
}
