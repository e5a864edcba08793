/** `pratique doctor`: examines a home and says what to do about what is not well. */
import { stat, statfs } from 'node:fs/promises';
import { sql } from 'kysely';
import type { Diagnosis, DoctorCheck } from '../domain/diagnosis.ts';
import type { UpstreamAnswer } from '../ecosystems/contract.ts';
import { listChannels, mayPublish, requireChannel } from '../features/channels/read.ts';
import { FEED_KINDS, type FeedKind } from '../features/feeds/index.ts';
import { EVERY_ECOSYSTEM, type FeedRow, listFeeds } from '../features/feeds/read.ts';
import { requestedEcosystems } from '../features/requests/read.ts';
import { namedReasons } from '../features/snapshots/read.ts';
import type { Environment } from '../platform/environment/environment.ts';
import { createApp, type OpenApp } from './app.ts';
import { configuredSources } from './config.ts';
import { openFoundation } from './foundation.ts';
import { openHome } from './home.ts';
import { lostFiles } from './lost-files.ts';
import { feedClock } from './readiness.ts';
import { ecosystemOf } from './rooms.ts';

/** Below this a download of one large wheel may not fit any more: bytes. */
const LITTLE_SPACE_BYTES = 5 * 1024 ** 3;
/** Below this the embedded database may fail to write at any moment: its log alone grows by files of 16 MiB. */
const LITTLE_DATABASE_SPACE_BYTES = 256 * 1024 ** 2;
const GIBIBYTE = 1024 ** 3;
const MS_PER_HOUR = 3_600_000;

/** Clocks that differ by more put facts and windows in a wrong order: milliseconds. */
const CLOCK_TOLERANCE_MS = 5_000;
/** A ledger up to this many rows is verified every time; a longer one takes more than a moment, and is left to `--deep`. */
const QUICK_LEDGER_ROWS = 50_000;
/** Reactions named one by one; the rest is counted. */
const STUCK_NAMED = 3;

interface DoctorAsk {
  readonly deep: boolean;
  readonly sourcesOnly: boolean;
  /** Makes reactions that gave up due again, and runs them, before anything is examined. */
  readonly fixStuck: boolean;
}

/** Opening the home is the first check; a problem there is thrown, because nothing else can be examined. */
export async function examine(folder: string, environment: Environment, ask: DoctorAsk): Promise<Diagnosis> {
  const app = createApp(await openFoundation({ home: await openHome(folder), environment, logTo: 'file' }));
  try {
    const retried = ask.fixStuck ? await retryStuck(app) : null;
    return { ...(await examineOpen(app, ask)), retried };
  } finally {
    await app.close();
  }
}

/** The same of a home that is open: changes nothing. */
export async function examineOpen(
  app: OpenApp,
  ask: Pick<DoctorAsk, 'deep' | 'sourcesOnly'>,
): Promise<Pick<Diagnosis, 'checks' | 'sources'>> {
  const sources = await examineSources(app);
  if (ask.sourcesOnly) return { checks: [], sources };
  const checks = [
    database(app),
    await clocks(app),
    await space(app),
    ...(await databaseSpace(app)),
    await privacy(app),
    await sandbox(app),
    await cage(app),
    await sourceCode(app),
    await policyCases(app),
    ...(await feeds(app)),
    ...(await channels(app)),
    await backlog(app),
    await ledgerChain(app, ask.deep),
    ...(ask.deep ? await deep(app) : []),
  ];
  return { checks, sources };
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

/** The embedded database may lie on another disk than the home; without room there nothing can be changed. */
async function databaseSpace({ foundation }: OpenApp): Promise<readonly DoctorCheck[]> {
  const { folder } = foundation.database.info;
  if (folder === undefined || (await stat(folder)).dev === (await stat(foundation.home.folder)).dev) return [];
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const detail = `${(free / GIBIBYTE).toFixed(1)} GiB free in ${folder}`;
  if (free > LITTLE_DATABASE_SPACE_BYTES) return [ok('database disk', detail)];
  return [failed('database disk', detail, 'free some space there: without it nothing can be changed')];
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

/** Whether releases can be tried: policy may want it, and the machine may not be able to. */
async function cage({ foundation, rooms }: OpenApp): Promise<DoctorCheck> {
  const { installProof } = (await rooms.policy.current()).settings;
  if (installProof === 'off') return ok('cage', 'nothing is tried (policy.yaml, install_proof: off)');
  const { isolated, detail } = await foundation.cage.isolation();
  if (isolated) return ok('cage', detail);
  const next = 'install bubblewrap and allow user namespaces, or set install_proof: off in policy.yaml';
  return warning('cage', `"could not check" whether anything installs: ${detail}`, next);
}

/** Whether repositories of source code can be read, where the operator allows any. */
async function sourceCode({ foundation }: OpenApp): Promise<DoctorCheck> {
  const { hosts } = foundation.config.git;
  if (hosts.length === 0) return ok('git', 'no git hosts are allowed: releases are not compared with their source');
  try {
    const { stdout } = await foundation.programs.run('git', ['--version']);
    return ok('git', `${stdout.trim()}; allowed: ${hosts.join(', ')}`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return warning('git', `"could not check" whether releases equal their source: ${why}`, 'install git');
  }
}

async function policyCases({ rooms }: OpenApp): Promise<DoctorCheck> {
  const results = await rooms.policy.test();
  const untried = results.find(({ fault }) => fault !== null);
  if (untried !== undefined)
    return failed(
      'policy',
      `the cases could not be tried: ${untried.fault}`,
      'try again when the machine is less busy',
    );
  const wrong = results.filter(({ passed }) => !passed);
  if (wrong.length === 0) return ok('policy', `${results.length} cases pass`);
  return failed('policy', `${wrong.length} of ${results.length} cases fail`, 'see `pratique policy test`');
}

/** What is not looked at without an import. */
const WITHOUT_FEED: Readonly<Record<'advisories' | FeedKind, string>> = {
  advisories: '"could not check" for published flaws in every dossier',
  popularity: '"could not check" for popularity and names alike in every dossier',
  kev: 'flaws are not marked as exploited or not',
  epss: 'flaws come without the chance that they are exploited',
  'trust-root': 'attestations cannot be verified',
  malicious: 'nothing is compared with lists of malicious packages and files',
  yara: 'no file is searched for patterns of malware',
  'breached-passwords': 'new passwords of accounts are not compared with leaked ones',
};

async function feeds({ db, rooms, now }: OpenApp): Promise<readonly DoctorCheck[]> {
  const { staleAfterHours } = (await rooms.policy.current()).settings;
  const known = await listFeeds(db);
  return (['advisories', ...FEED_KINDS] as const).map((kind) => {
    const imports = known.filter((one) => one.kind === kind);
    const name = `feed ${kind}`;
    const command =
      kind === 'advisories' ? 'pratique advisories import FILE|URL' : `pratique feed import ${kind} FILE|URL`;
    if (imports.length === 0) return warning(name, `not configured: ${WITHOUT_FEED[kind]}`, command);
    const oldest = Math.min(...imports.map(({ importedAt }) => importedAt.getTime()));
    const hours = (now().getTime() - oldest) / MS_PER_HOUR;
    const detail = imports.map(importInWords).join('; ');
    return hours <= staleAfterHours[feedClock(kind)] ? ok(name, detail) : failed(name, `stale: ${detail}`, command);
  });
}

function importInWords({ ecosystem, records, importedAt }: FeedRow): string {
  const about = ecosystem === EVERY_ECOSYSTEM ? '' : `${ecosystem}: `;
  return `${about}${records} records, imported ${importedAt.toISOString()}`;
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
  if (stuck === 0) return ok('reactions', detail);
  const named = (await deliveries.stuck()).slice(0, STUCK_NAMED);
  const words = named.map(({ reaction, sequence, error }) => `${reaction} after fact ${sequence}: ${error}`).join('; ');
  return failed('reactions', `${detail}: ${words}`, 'mend the cause, then `pratique doctor --fix stuck`');
}

/** How many had given up; what they led to has been run when this ends. */
async function retryStuck({ deliveries }: OpenApp): Promise<number> {
  const retried = await deliveries.retryStuck();
  await deliveries.drain();
  return retried;
}

/** Facts carry the time of this process, leases that of the database; both must tell the same. */
async function clocks({ db, now, ledger }: OpenApp): Promise<DoctorCheck> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
  const mine = now().getTime();
  const apart = Math.abs(mine - (rows[0]?.now.getTime() ?? Number.NaN));
  const newest = (await ledger.list(NEWEST_ROW)).rows[0];
  const next = 'set the clocks by NTP on every machine of this installation';
  if (!(apart <= CLOCK_TOLERANCE_MS))
    return failed('clock', `differs from the database's by ${(apart / 1000).toFixed(1)} s`, next);
  if (newest !== undefined && Date.parse(newest.at) > mine + CLOCK_TOLERANCE_MS)
    return failed('clock', `the newest fact is of ${newest.at}, which is yet to come`, next);
  return ok('clock', `${now().toISOString()}, ${(apart / 1000).toFixed(1)} s from the database's`);
}

const NEWEST_ROW = { order: 'newest-first', limit: 1, actor: undefined, since: undefined, until: undefined } as const;

/** Every row follows from the one before, and every signed head is there. */
async function ledgerChain({ ledger }: OpenApp, deep: boolean): Promise<DoctorCheck> {
  const rows = (await ledger.list(NEWEST_ROW)).rows[0]?.sequence ?? 0;
  if (!deep && rows > QUICK_LEDGER_ROWS) return ok('ledger', `${rows} rows, verified with --deep or \`log verify\``);
  const chain = await ledger.verify();
  return chain.status === 'whole'
    ? ok('ledger', `${chain.rows} rows, head ${chain.head}`)
    : failed('ledger', `broken at row ${chain.sequence}: ${chain.what}`, 'compare with a backup');
}

async function deep({ foundation, rooms, db }: OpenApp): Promise<readonly DoctorCheck[]> {
  const audit = await foundation.blobs.verifyAll();
  const broken: string[] = [];
  for (const { name } of await listChannels(db)) {
    const check = await rooms.snapshots.verify(name, undefined, true);
    if (check.status === 'broken') broken.push(`${name}: ${check.problems.join('; ')}`);
  }
  const lost = await lostFiles({ db, blobs: foundation.blobs });
  return [
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
    lost.faults.length === 0
      ? ok('accepted', `${lost.files} files of what was accepted are there`)
      : failed(
          'accepted',
          namedReasons(lost.faults, (one) => one),
          'fetch them again with `pratique vet PURL --channel NAME`, or restore them from a backup',
        ),
  ];
}

/**
 * Asks every source by itself for a package that about every upstream of its ecosystem has. A source that does not answer fails
 * where it is used: where a channel was asked for a package of its ecosystem, or where the operator named it. One that a client
 * of the machine happens to know is a warning.
 */
async function examineSources({ db, foundation, upstreams }: OpenApp): Promise<Diagnosis['sources']> {
  const all: Diagnosis['sources'][number][] = [];
  const asked = await requestedEcosystems(db);
  for (const { ecosystem, sources, problem } of await upstreams.sources()) {
    const probe = ecosystemOf(ecosystem)?.probe ?? '';
    if (sources.length === 0) {
      const why = `nothing of ${ecosystem} can be vetted: ${problem ?? 'no source is configured'}`;
      const detail = `${why}; install its client, or name its sources in pratique.yaml`;
      all.push({ ecosystem, name: 'none', answers: false, state: 'warning', detail });
      continue;
    }
    const isUsed = asked.includes(ecosystem) || configuredSources(foundation.config, ecosystem) !== 'discover';
    for (const source of sources) {
      const answer = await (await upstreams.readerOf(ecosystem, source))?.readPackage(probe);
      all.push({ ecosystem, name: source.name, ...sourceState(answer, isUsed ? null : ecosystem) });
    }
  }
  return all;
}

/** `unused`: the ecosystem of which no channel was asked for anything. */
function sourceState(answer: UpstreamAnswer | undefined, unused: string | null) {
  if (answer !== undefined && answer.status !== 'unreadable')
    return { answers: true, state: 'ok', detail: 'answers' } as const;
  const reason = answer?.reason ?? 'it cannot be read';
  if (unused === null) return { answers: false, state: 'failed', detail: reason } as const;
  const detail = `${reason}; no channel was asked for anything of ${unused} yet`;
  return { answers: false, state: 'warning', detail } as const;
}
