/** `pratique doctor`: examines a home and says what to do about what is not well. */
import { stat, statfs } from 'node:fs/promises';
import { listChannels, mayPublish, requireChannel } from '../features/channels/read.ts';
import { listFeeds } from '../features/feeds/read.ts';
import type { Environment } from '../platform/environment/environment.ts';
import type { Diagnosis, DoctorCheck } from '../surfaces/cli/app.ts';
import { createApp, type OpenApp } from './app.ts';
import { openFoundation } from './foundation.ts';
import { openHome } from './home.ts';
import { ecosystemOf } from './rooms.ts';

/** Below this a download of one large wheel may not fit any more: bytes. */
const LITTLE_SPACE_BYTES = 5 * 1024 ** 3;
const GIBIBYTE = 1024 ** 3;

interface DoctorAsk {
  readonly deep: boolean;
  readonly sourcesOnly: boolean;
}

/** Opening the home is the first check; a problem there is thrown, because nothing else can be examined. */
export async function examine(folder: string, environment: Environment, ask: DoctorAsk): Promise<Diagnosis> {
  const app = createApp(await openFoundation({ home: await openHome(folder), environment, logTo: 'file' }));
  try {
    const sources = await examineSources(app);
    if (ask.sourcesOnly) return { checks: [], sources };
    const checks = [
      database(app),
      await space(app),
      await privacy(app),
      await sandbox(app),
      await policyCases(app),
      ...(await feeds(app)),
      ...(await channels(app)),
      await backlog(app),
      ...(ask.deep ? await deep(app) : []),
    ];
    return { checks, sources };
  } finally {
    await app.close();
  }
}

const ok = (name: string, detail: string): DoctorCheck => ({ name, state: 'ok', detail, next: null });
const warning = (name: string, detail: string, next: string): DoctorCheck => ({ name, state: 'warning', detail, next });
const failed = (name: string, detail: string, next: string): DoctorCheck => ({ name, state: 'failed', detail, next });

function database({ foundation }: OpenApp): DoctorCheck {
  const { mode, version, folder } = foundation.database.info;
  return ok('database', `PostgreSQL ${version}, ${mode}${folder === undefined ? '' : ` in ${folder}`}`);
}

async function space({ foundation }: OpenApp): Promise<DoctorCheck> {
  const { bavail, bsize } = await statfs(foundation.home.folder);
  const free = bavail * bsize;
  const detail = `${(free / GIBIBYTE).toFixed(1)} GiB free`;
  return free > LITTLE_SPACE_BYTES
    ? ok('disk', detail)
    : warning('disk', detail, 'free some space before a large tree is vetted');
}

async function privacy({ foundation }: OpenApp): Promise<DoctorCheck> {
  const { mode } = await stat(foundation.home.keys);
  const detail = `mode ${(mode & 0o777).toString(8)}, key ${foundation.signer.keyId}`;
  return (mode & 0o077) === 0 ? ok('keys', detail) : failed('keys', detail, `chmod 700 ${foundation.home.keys}`);
}

async function sandbox({ foundation }: OpenApp): Promise<DoctorCheck> {
  const { isolated, detail } = await foundation.sandbox.isolation();
  if (isolated) return ok('sandbox', detail);
  const accepted = foundation.config.sandbox.when_not_isolated === 'run';
  if (accepted) return warning('sandbox', `no network isolation: ${detail}`, 'accepted in pratique.yaml');
  return failed(
    'sandbox',
    `nothing is vetted: ${detail}`,
    'allow user namespaces, or set sandbox.when_not_isolated: run',
  );
}

async function policyCases({ rooms }: OpenApp): Promise<DoctorCheck> {
  const results = await rooms.policy.test();
  const wrong = results.filter(({ passed }) => !passed);
  if (wrong.length === 0) return ok('policy', `${results.length} cases pass`);
  return failed('policy', `${wrong.length} of ${results.length} cases fail`, 'see `pratique policy test`');
}

async function feeds({ db, rooms, now }: OpenApp): Promise<readonly DoctorCheck[]> {
  const { staleAfterHours } = (await rooms.policy.current()).settings;
  const known = await listFeeds(db);
  return (['advisories', 'popularity'] as const).map((kind) => {
    const feed = known.find((one) => one.kind === kind);
    const name = `feed ${kind}`;
    if (feed === undefined) return warning(name, 'not configured', 'what it would tell counts as "could not check"');
    const hours = (now().getTime() - feed.importedAt.getTime()) / 3_600_000;
    const detail = `${feed.records} records, imported ${feed.importedAt.toISOString()}`;
    return hours <= staleAfterHours[kind] ? ok(name, detail) : failed(name, `stale: ${detail}`, 'import it again');
  });
}

async function channels({ db, rooms }: OpenApp): Promise<readonly DoctorCheck[]> {
  const checks: DoctorCheck[] = [];
  for (const { name } of await listChannels(db)) {
    const publishing = mayPublish(await requireChannel(db, name));
    const snapshot = await rooms.snapshots.verify(name, undefined, false);
    if (snapshot.status === 'broken')
      checks.push(failed(`channel ${name}`, snapshot.problems.join('; '), 'restore the missing blobs from a backup'));
    else if (!publishing.publishes)
      checks.push(warning(`channel ${name}`, publishing.reason, `see \`pratique channel show ${name}\``));
    else
      checks.push(
        ok(`channel ${name}`, `snapshot ${snapshot.number}, ${snapshot.packages} packages, signature confirmed`),
      );
  }
  return checks;
}

async function backlog({ deliveries }: OpenApp): Promise<DoctorCheck> {
  const { due, running, stuck } = await deliveries.counts();
  const detail = `${due} due, ${running} running, ${stuck} stuck`;
  return stuck === 0
    ? ok('reactions', detail)
    : failed(
        'reactions',
        detail,
        'see logs/ in the home; they are tried again by `pratique migrate` of a newer release',
      );
}

async function deep({ foundation, ledger, rooms, db }: OpenApp): Promise<readonly DoctorCheck[]> {
  const chain = await ledger.verify();
  const audit = await foundation.blobs.verifyAll();
  const broken: string[] = [];
  for (const { name } of await listChannels(db)) {
    const check = await rooms.snapshots.verify(name, undefined, true);
    if (check.status === 'broken') broken.push(`${name}: ${check.problems.join('; ')}`);
  }
  return [
    chain.status === 'whole'
      ? ok('ledger', `${chain.rows} rows, head ${chain.head}`)
      : failed('ledger', `broken at row ${chain.sequence}: ${chain.what}`, 'compare with a backup'),
    audit.damaged.length === 0
      ? ok('blobs', `${audit.blobs} blobs, ${audit.bytes} bytes`)
      : failed(
          'blobs',
          audit.damaged.map(({ digest, what }) => `${digest} ${what}`).join('; '),
          'restore them from a backup',
        ),
    broken.length === 0
      ? ok('snapshots', 'every byte is there')
      : failed('snapshots', broken.join('; '), 'restore from a backup'),
  ];
}

/** Asks each ecosystem's upstream for a package that every one of them has: what its client needs of itself. */
async function examineSources({ upstreams }: OpenApp): Promise<Diagnosis['sources']> {
  const all: Diagnosis['sources'][number][] = [];
  for (const { ecosystem, sources, problem } of await upstreams.sources()) {
    const name = ecosystemOf(ecosystem)?.bootstrap[0] ?? 'pip';
    const answer = await upstreams.connected(ecosystem)?.reader.readPackage(name);
    const answers = answer !== undefined && answer.status !== 'unreadable';
    const why = answer?.status === 'unreadable' ? answer.reason : (problem ?? 'answers');
    if (sources.length === 0) all.push({ ecosystem, name: 'none', answers: false, detail: why });
    for (const source of sources) all.push({ ecosystem, name: source.name, answers, detail: why });
  }
  return all;
}
