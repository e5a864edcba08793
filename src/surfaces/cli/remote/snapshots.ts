/** `pratique snapshot` on a server elsewhere. */
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import { base64OfPem, pemOfBase64 } from '../../../domain/public-key-text.ts';
import { checkAnswer, manifestAnswer, rollbackGiven, rolledBackAnswer, snapshotsAnswer } from '../commands/snapshot.ts';
import { exportedAnswer, exportOptions, importedAnswer, importOptions, keyIn } from '../commands/snapshot-carry.ts';
import { numberOf } from '../commands/snapshot-number.ts';
import type { Remote } from './client.ts';
import { pathOf } from './fields.ts';
import type { RemoteWork } from './work.ts';

const snapshot = z.looseObject({ number: z.int(), publishedAt: z.string(), manifest: z.string() });
const check = z.discriminatedUnion('status', [
  z.object({ status: z.literal('whole'), number: z.int(), packages: z.int(), files: z.int() }),
  z.object({ status: z.literal('broken'), number: z.int(), problems: z.array(z.string()) }),
]);
const imported = z.object({
  number: z.int(),
  keyId: z.string(),
  from: z.object({ channel: z.string(), number: z.int() }),
});
const numbered = z.string().optional();

export const snapshotWorks: Readonly<Record<string, RemoteWork>> = {
  'snapshot-list': async ({ session: { channel }, remote }) =>
    snapshotsAnswer(channel, await remote.list(snapshot, pathOf('snapshots', channel))),
  async 'snapshot-show'({ session: { channel }, remote }, given) {
    const [text] = z.tuple([numbered, z.unknown()]).parse(given);
    const number = String(await numberIn(remote, channel, text));
    return manifestAnswer(
      (await remote.read(z.looseObject({}), pathOf('snapshots', channel, number, 'manifest'))).value,
    );
  },
  async 'snapshot-verify'({ session: { channel }, remote }, given) {
    const [text, { deep = false }] = z.tuple([numbered, z.object({ deep: z.boolean().optional() })]).parse(given);
    const path = pathOf('snapshots', channel, String(await numberIn(remote, channel, text)), 'check');
    return checkAnswer(channel, await remote.ask(check, { method: 'POST', path, body: { deep } }));
  },
  async 'snapshot-rollback'({ session: { channel }, remote }, given) {
    const [held, body] = rollbackGiven.parse(given);
    const path = pathOf('snapshots', channel, String(numberOf(held)), 'rollback');
    const { number } = await remote.ask(z.object({ number: z.int() }), { method: 'POST', path, body });
    return rolledBackAnswer(channel, { number, held });
  },
  async 'snapshot-export'({ session: { channel }, remote }, given) {
    const [file, text, { force }] = z.tuple([z.string(), numbered, exportOptions]).parse(given);
    const number = await numberIn(remote, channel, text);
    const path = pathOf('snapshots', channel, String(number), 'file');
    const { header } = await remote.save(path, { file, overwrite: force === true });
    return exportedAnswer({
      ...{ file, channel, number, size: await bytesOf(file), blobs: Number(header('pratique-blobs')) },
      keyId: header('pratique-key-id') ?? '',
      publicKey: pemOfBase64(header('pratique-public-key') ?? ''),
    });
  },
  async 'snapshot-import'({ session: { channel }, remote }, given) {
    const [file, options] = z.tuple([z.string(), importOptions]).parse(given);
    const key = options.key === undefined ? undefined : base64OfPem(await keyIn(options.key));
    const upload = { file, type: 'application/x-tar' };
    const call = { method: 'POST', path: pathOf('snapshots', channel), query: { key }, upload } as const;
    return importedAnswer(channel, await remote.ask(imported, call));
  },
};

const bytesOf = async (file: string) => (await stat(file)).size;

/** The number that was given, or the current one. Throws `unknown-snapshot`. */
async function numberIn(remote: Remote, channel: string, text: string | undefined): Promise<number> {
  if (text !== undefined) return numberOf(text);
  const path = pathOf('snapshots', channel);
  const page = z.object({ results: z.array(snapshot) });
  const [current] = (await remote.ask(page, { method: 'GET', path, query: { limit: '1' } })).results;
  if (current !== undefined) return current.number;
  const what = `There is no snapshot of ${channel} yet`;
  throw new Problem({ kind: 'not-found', code: 'unknown-snapshot', what, next: 'See `pratique snapshot list`.' });
}
