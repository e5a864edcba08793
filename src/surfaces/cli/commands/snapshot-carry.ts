/** `pratique snapshot export` and `import`: a snapshot carried to a home that no network reaches. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import type { CarryProgress, Exported, ImportedSnapshot } from '../../../features/snapshots/index.ts';
import type { CliHost } from '../app.ts';
import type { Answer } from '../output.ts';
import { act, type Session } from '../session.ts';
import { numberOf } from './snapshot-number.ts';

export const exportOptions = z.object({ force: z.boolean().optional() });
export const importOptions = z.object({ key: z.string().optional() });

export function registerCarrying(snapshot: Command, host: CliHost): void {
  snapshot
    .command('export')
    .description('write a snapshot into one file (tar) that another home can import; operators only')
    .argument('<file>')
    .argument('[number]', 'default: the current one')
    .option('--force', 'write over a file that exists')
    .addHelpText('after', '\nExample: pratique snapshot export /media/stick/tier3.tar --channel tier3 --as olga')
    .action(act(host, 'snapshot-export', z.tuple([z.string(), z.string().optional(), exportOptions]), exportTo));
  snapshot
    .command('import')
    .description('make an exported snapshot the next one of a channel that has no list entries; operators only')
    .argument('<file>')
    .option('--key <pemfile>', 'public key of the home that exported it, confirmed over another way')
    .addHelpText(
      'after',
      '\nExample: pratique snapshot import /media/stick/tier3.tar --channel carried --key outside.pem --as olga',
    )
    .action(act(host, 'snapshot-import', z.tuple([z.string(), importOptions]), importFrom));
}

async function exportTo(
  session: Session,
  file: string,
  number: string | undefined,
  options: z.infer<typeof exportOptions>,
) {
  const { rooms, tarFiles } = await session.app();
  const ask = { channel: session.channel, number: number === undefined ? undefined : numberOf(number) };
  const exported = await rooms.snapshots.export(ask, await session.actor());
  const files = exported.files(progressOf(session, 'writing'));
  const { size } = await tarFiles.write(file, files, { overwrite: options.force === true });
  session.progress.end();
  const { keyId, publicKey, blobs, number: written } = exported;
  return exportedAnswer({ file, channel: session.channel, number: written, blobs, size, keyId, publicKey });
}

interface ExportedFile extends Pick<Exported, 'number' | 'blobs' | 'keyId' | 'publicKey'> {
  readonly file: string;
  readonly channel: string;
  /** Bytes. */
  readonly size: number;
}

/** The same of a home and of a server elsewhere. */
export function exportedAnswer(exported: ExportedFile): Answer {
  const { file, channel, number, blobs, size, keyId, publicKey } = exported;
  return {
    json: { file, channel, number, blobs, size, keyId, publicKey },
    text: `snapshot ${number} of ${channel} is in ${file}: ${blobs} blobs, ${size} bytes\nsigned with the key ${keyId}; whoever imports it needs its public key, over another way than the file:\n${publicKey.trim()}`,
  };
}

async function importFrom(session: Session, file: string, options: z.infer<typeof importOptions>) {
  const { rooms, tarFiles } = await session.app();
  const key = options.key === undefined ? undefined : await keyIn(options.key);
  const imported = await rooms.snapshots.import(
    { channel: session.channel, files: tarFiles.read(file), key, progress: progressOf(session, 'checking') },
    await session.actor(),
  );
  await session.settle();
  return importedAnswer(session.channel, imported);
}

/** The same of a home and of a server elsewhere. */
export function importedAnswer(channel: string, imported: ImportedSnapshot): Answer {
  const { number, from, keyId } = imported;
  return {
    json: { channel, ...imported },
    text: `snapshot ${number} of ${channel} holds what snapshot ${from.number} of ${from.channel} held; signed there with the key ${keyId}`,
  };
}

function progressOf({ progress }: Session, label: string): CarryProgress {
  return ({ blobs, total }) => progress.watch({ step: 'record', done: blobs, total, label });
}

export async function keyIn(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((cause: unknown) => {
    const what = `The key file ${file} cannot be read`;
    throw new Problem({ kind: 'usage', code: 'key-file-unreadable', what, next: 'Name a PEM file.', cause });
  });
}
