/** `pratique image`: what the desktop image of a month holds. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import {
  billOf,
  compareImages,
  type ImageChanges,
  type ImageDetails,
  imageFile,
  listImages,
  showImage,
} from '../../../features/images/read.ts';
import type { CliHost } from '../app.ts';
import { EXIT } from '../exit-codes.ts';
import { type Answer, fields, table } from '../output.ts';
import { act, type Session } from '../session.ts';

const NAMED = z.tuple([z.string().optional(), z.unknown()]);

export function registerImage(program: Command, host: CliHost): void {
  const image = program
    .command('image')
    .description("the desktop image's contents each month: the core list and what it needs, signed");
  image
    .command('list')
    .description('newest first')
    .action(act(host, 'image-list', z.tuple([z.unknown()]), list));
  image
    .command('show')
    .argument('[image]', 'default: the newest')
    .description('what an image holds; --format cyclonedx for its bill of materials')
    .addHelpText('after', '\nExamples: pratique image show 2026-11\n          pratique image show --format cyclonedx')
    .action(act(host, 'image-show', NAMED, show));
  image
    .command('diff')
    .argument('[before]', 'default: the image before')
    .argument('[after]', 'default: the newest')
    .description('what changed from one image to another')
    .action(act(host, 'image-diff', z.tuple([z.string().optional(), z.string().optional(), z.unknown()]), diff));
  image
    .command('verify')
    .argument('[image]', 'default: the newest')
    .description('whether it is what was signed, and whether anything in it was stopped since')
    .action(act(host, 'image-verify', NAMED, verify));
  image
    .command('export')
    .argument('<folder>')
    .option('--image <id>', 'default: the newest')
    .description('write the files that a build of the image installs from: requirements, locks, bill of materials')
    .action(act(host, 'image-export', z.tuple([z.string(), z.object({ image: z.string().optional() })]), exportTo));
  image
    .command('build')
    .description(
      'build the image of this month from the current snapshot (operators); the first of a month comes by itself',
    )
    .action(act(host, 'image-build', z.tuple([z.unknown()]), build));
}

async function list(session: Session) {
  return imagesAnswer(session.channel, await listImages((await session.app()).db, session.channel));
}

type Listed = Pick<ImageDetails, 'id' | 'channel' | 'snapshot' | 'builtBy' | 'builtAt'>;

/** The images of a channel. */
export function imagesAnswer(channel: string, results: readonly Listed[]): Answer {
  const rows = results.map((one) => [one.id, one.builtAt, one.builtBy, `${one.channel}@${one.snapshot}`]);
  const empty = `No image of ${channel} yet.`;
  return { json: { results }, text: rows.length === 0 ? empty : table(['IMAGE', 'BUILT', 'BY', 'SNAPSHOT'], rows) };
}

async function show(session: Session, id: string | undefined) {
  const image = await showImage(await session.app(), session.channel, id);
  const bill = `${JSON.stringify(billOf(image), null, 2)}\n`;
  const document = session.document === 'cyclonedx' ? { document: new TextEncoder().encode(bill) } : {};
  return { json: { image }, text: imageText(image), ...document };
}

interface Told extends Listed {
  readonly manifest: string;
  readonly contents: { readonly releases: readonly Contained[]; readonly files: readonly { readonly path: string }[] };
}

/** One image: what it holds, why, and from which files it is built. */
export function imageText({ id, channel, snapshot, builtAt, builtBy, manifest, contents }: Told): string {
  const core = contents.releases.filter((one) => one.list === 'core');
  const head = fields([
    ['image', `${id} of ${channel}`],
    ['built', `${builtAt} by ${builtBy}`],
    ['snapshot', `${channel}@${snapshot}`],
    ['contents', manifest],
    ['releases', `${core.length} core, ${contents.releases.length - core.length} that these need`],
    ['files', contents.files.map(({ path }) => path).join(', ')],
  ]);
  return `${head}\n\n${releasesTable(contents.releases)}`;
}

interface Contained extends Named {
  readonly list: string;
  readonly neededBy: readonly string[];
}

/** What an image holds, and why. */
function releasesTable(releases: readonly Contained[]): string {
  const rows = releases.map(({ ecosystem, name, version, list: on, neededBy }) => [
    ...[ecosystem, `${name} ${version}`, on, neededBy.join(', ')],
  ]);
  return table(['ECOSYSTEM', 'RELEASE', 'LIST', 'NEEDED BY'], rows);
}

async function diff(session: Session, first: string | undefined, second: string | undefined) {
  const asked = { before: first, after: second };
  const changes = await compareImages(await session.app(), session.channel, asked);
  return { json: { ...changes }, text: changesText(changes) };
}

interface NamedChanges extends Pick<ImageChanges, 'from' | 'to' | 'changed' | 'otherBytes'> {
  readonly added: readonly Named[];
  readonly removed: readonly Named[];
}
type Named = Pick<ImageChanges['added'][number], 'ecosystem' | 'name' | 'version'>;

/** The same for a person. */
export function changesText({ from, to, added, removed, changed, otherBytes }: NamedChanges): string {
  const rows = [
    ...added.map(({ ecosystem, name, version }) => ['added', ecosystem, name, '', version]),
    ...removed.map(({ ecosystem, name, version }) => ['removed', ecosystem, name, version, '']),
    ...changed.map((one) => ['changed', one.ecosystem, one.name, one.from.join(', '), one.to.join(', ')]),
  ];
  const alarm = otherBytes.length === 0 ? '' : `\nALARM: same version, other bytes: ${otherBytes.join(', ')}`;
  if (rows.length === 0) return `No difference from ${from} to ${to}.${alarm}`;
  return `${table(['WHAT', 'ECOSYSTEM', 'PACKAGE', from, to], rows)}\n\n${rows.length} changes.${alarm}`;
}

async function verify(session: Session, id: string | undefined) {
  return checkAnswer(await (await session.app()).rooms.images.verify(session.channel, id));
}

interface Checked {
  readonly status: string;
  readonly problems: readonly string[];
  readonly stopped: readonly { readonly purl: string; readonly by: string }[];
}

/** What a check of an image found, and how the command ends by it. */
export function checkAnswer(check: Checked): Answer {
  const stopped = check.stopped.map(({ purl, by }) => `stopped since: ${purl} (${by})`);
  const text = [check.status, ...check.problems, ...stopped].join('\n');
  const isWell = check.status === 'whole' && check.stopped.length === 0;
  return { json: { ...check }, text, exit: isWell ? EXIT.done : EXIT.notAllowed };
}

async function exportTo(session: Session, folder: string, { image: id }: { readonly image?: string | undefined }) {
  const app = await session.app();
  const image = await showImage(app, session.channel, id);
  const written: string[] = [];
  for (const { path } of image.contents.files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, await imageFile(app.blobs, image, path));
    written.push(file);
  }
  return { json: { image: image.id, written }, text: written.join('\n') };
}

async function build(session: Session) {
  const { images } = (await session.app()).rooms;
  const image = await images.build(await session.actor(), session.channel);
  await session.settle();
  return { json: { image }, text: imageText(image) };
}
