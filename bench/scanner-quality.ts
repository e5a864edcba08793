/** How much of what was made for them the scanners find, and how often they speak of what is harmless. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capabilitiesScanner } from '../src/scanners/capabilities/index.ts';
import { CodePrinter } from '../src/scanners/copied-code/prints.ts';
import { documentsScanner } from '../src/scanners/documents/index.ts';
import { installCodeScanner } from '../src/scanners/install-code/index.ts';
import { LicenceReader } from '../src/scanners/licence-texts/file-licences.ts';
import { buildLikenessIndex } from '../src/scanners/lookalike/likeness.ts';
import { secretsScanner } from '../src/scanners/secrets/index.ts';
import { weaknessesScanner } from '../src/scanners/weaknesses/index.ts';
import {
  CAPABILITY_ALARMS,
  CAPABILITY_LINES,
  CAPABILITY_LOOKALIKES,
  CAPABILITY_MISSED,
  type CapabilityCase,
} from '../test/corpora/capabilities.ts';
import { FOURTH_CAPABILITIES, FOURTH_LOOKALIKES, FOURTH_MISSED } from '../test/corpora/capabilities-fourth.ts';
import {
  THIRD_ALARMS,
  THIRD_CAPABILITIES,
  THIRD_LOOKALIKES,
  THIRD_MISSED,
} from '../test/corpora/capabilities-third.ts';
import { pythonModule, TAKEN_IN_PART, TOUCHED_UP } from '../test/corpora/code.ts';
import { documentCorpora, toldOf } from '../test/corpora/documents-told.ts';
import { IDENTITY } from '../test/corpora/identity.ts';
import { COMMON_LICENCES, changedSamples, licenceSamples, NO_LICENCES, SHORT_FORMS } from '../test/corpora/licences.ts';
import { ACCOUNTS, MAINTENANCE, RESPONSES } from '../test/corpora/listings.ts';
import { toldOfAccounts, toldOfIdentity, toldOfMaintenance, toldOfResponse } from '../test/corpora/listings-told.ts';
import { hasWeight, heldCode } from '../test/corpora/malware-held.ts';
import { HARMLESS_FORMATS, MISSED_FORMATS, SECRET_FORMATS } from '../test/corpora/secret-formats.ts';
import { HARMLESS_SERVICES, MISSED_SERVICES, SERVICE_SECRETS } from '../test/corpora/secret-services.ts';
import { HARMLESS, type SecretSample, secretSamples } from '../test/corpora/secrets.ts';
import { heldSecrets } from '../test/corpora/secrets-held.ts';
import { readSnippets } from '../test/corpora/snippets.ts';
import { NPM_SLIPS, PYPI_SLIPS } from '../test/corpora/squats.ts';
import { NPM_SECOND, NPM_THIRD, PYPI_SECOND, PYPI_THIRD } from '../test/corpora/squats-second.ts';
import { A_WHEEL, contentFile, findingsIn } from '../test/harness/content.ts';

interface Quality {
  readonly corpus: string;
  readonly found: number;
  readonly planted: number;
  readonly alarms: number;
  readonly harmless: number;
}

/** Rows of a table in Markdown, with its head. */
export async function qualityRows(): Promise<readonly string[]> {
  const all = [
    await secrets(),
    ...(await Promise.all(LANGUAGES.map(weaknesses))),
    await capabilities(
      '',
      [...CAPABILITY_LINES, ...CAPABILITY_MISSED],
      [...CAPABILITY_LOOKALIKES, ...CAPABILITY_ALARMS],
    ),
    await capabilities('-third', [...THIRD_CAPABILITIES, ...THIRD_MISSED], [...THIRD_LOOKALIKES, ...THIRD_ALARMS]),
    await capabilities('-fourth', [...FOURTH_CAPABILITIES, ...FOURTH_MISSED], FOURTH_LOOKALIKES),
    await malware(),
    await heldMalware(),
    licences(COMMON_LICENCES),
    licences(),
    unsureLicences(),
    copiedCode(),
    ...(await Promise.all(documentCorpora.map(documents))),
    await listed('identity (test/corpora/identity.ts)', IDENTITY, toldOfIdentity),
    await listed('accounts of a registry (test/corpora/listings.ts)', ACCOUNTS, toldOfAccounts),
    await listed('maintenance of a package (test/corpora/listings.ts)', MAINTENANCE, toldOfMaintenance),
    await responses(),
    ...lookalikes(),
  ];
  return [
    '| corpus | recall | false alarms |',
    '|---|---|---|',
    ...all.map(
      ({ corpus, found, planted, alarms, harmless }) =>
        `| ${corpus} | ${found} of ${planted} | ${alarms} of ${harmless} |`,
    ),
  ];
}

/** A licence counts where its text is told as that licence and as no other. */
function licences(ids?: readonly string[]): Quality {
  const read = (file: { readonly path: string; readonly text: string }) => new LicenceReader().read(file).licences;
  const samples = licenceSamples(ids);
  const right = samples.filter((sample) => {
    const [first, ...others] = read(sample);
    return others.length === 0 && first?.ids.includes(sample.id) === true;
  });
  const which = ids === undefined ? 'licences, the whole SPDX List' : `licences, ${ids.length} common ones`;
  return {
    corpus: `${which} (test/corpora/licences.ts)`,
    found: right.length,
    planted: samples.length,
    alarms: NO_LICENCES.filter((file) => read(file).length > 0).length,
    harmless: NO_LICENCES.length,
  };
}

/** A changed text counts where it is told as its licence or as like it and as no other; a short form where it is told as a name. */
function unsureLicences(): Quality {
  const read = (file: { readonly path: string; readonly text: string }) => new LicenceReader().read(file);
  const changed = changedSamples();
  const right = changed.filter(({ told, text }) => {
    const { licences, changed: like } = read({ path: 'LICENSE', text });
    const [first, ...others] = licences.length > 0 ? [licences] : like;
    const ids = (first ?? []).flatMap((one) => one.ids);
    return others.length === 0 && licences.length <= 1 && ids.includes(told);
  });
  const named = SHORT_FORMS.filter((sample) => {
    const { licences, families } = read(sample);
    return [...licences.flatMap(({ ids }) => ids), ...families.map(({ name }) => name)].join() === sample.names;
  });
  return {
    corpus: 'licences, changed texts and short forms (test/corpora/licences.ts)',
    found: right.length + named.length,
    planted: changed.length + SHORT_FORMS.length,
    alarms: NO_LICENCES.filter((file) => read(file).families.length > 0 || read(file).changed.length > 0).length,
    harmless: NO_LICENCES.length,
  };
}

/** Modules that are copied, and as many pairs of modules that are not. */
const MODULES = 20;
/** Prints that two files share where the index tells a fragment (`src/features/vetting/code-index.ts`). */
const FEWEST_SHARED = 4;

/** A copy counts where it has the digest of the original, or for a part of it, enough of its prints. */
function copiedCode(): Quality {
  const originals = Array.from({ length: MODULES }, (_, at) => pythonModule(at + 1, 30));
  const copies = originals.flatMap((text) => [
    ...Object.values(TOUCHED_UP).map((touch) => [text, touch(text)] as const),
    ...Object.values(TAKEN_IN_PART).map((take) => [text, take(text, pythonModule(500, 10))] as const),
  ]);
  const others = originals.map((text, at) => [text, originals[(at + 1) % MODULES] ?? ''] as const);
  return {
    corpus: 'copied code (test/corpora/code.ts)',
    found: copies.filter(([one, other]) => isCopy(one, other)).length,
    planted: copies.length,
    alarms: others.filter(([one, other]) => isCopy(one, other)).length,
    harmless: others.length,
  };
}

function isCopy(one: string, other: string): boolean {
  const [a, b] = [printed(one), printed(other)];
  if (a === undefined || b === undefined) return false;
  return a.digest === b.digest || a.prints.filter((each) => b.prints.includes(each)).length >= FEWEST_SHARED;
}

function printed(text: string) {
  const printer = new CodePrinter();
  printer.look(contentFile('pkg/code.py', text));
  return printer.done().files[0];
}

/** Sets that were written before the rules were tried on them. */
const HELD_SETS = ['held', 'second', 'third', 'fourth', 'fifth'];

async function secrets(): Promise<Quality> {
  const formats = [...SECRET_FORMATS, ...MISSED_FORMATS, ...SERVICE_SECRETS, ...MISSED_SERVICES];
  const held = HELD_SETS.map((set) => `secrets-${set}.txt`).flatMap(heldSecrets);
  const samples = [...secretSamples(), ...formats, ...held.filter(({ secret }) => secret)];
  const harmless = [...HARMLESS, ...HARMLESS_FORMATS, ...HARMLESS_SERVICES, ...held.filter(({ secret }) => !secret)];
  return {
    corpus:
      'secrets (test/corpora/secrets.ts, secret-formats.ts, secret-services.ts, secrets-held.txt, -second, -third, -fourth, -fifth)',
    found: await spokenOf(samples),
    planted: samples.length,
    alarms: await spokenOf(harmless),
    harmless: harmless.length,
  };
}

async function spokenOf(samples: readonly Omit<SecretSample, 'title'>[]): Promise<number> {
  let spoken = 0;
  for (const { path, text } of samples)
    if ((await findingsIn(secretsScanner, [contentFile(path, text)])).length > 0) spoken += 1;
  return spoken;
}

const LANGUAGES = [
  ...['', 'families-', 'variants-', 'third-', 'fourth-'].flatMap(
    (family) =>
      [
        [`${family}python`, 'py'],
        [`${family}javascript`, 'js'],
        [`${family}r`, 'R'],
      ] as const,
  ),
  ['fifth-python', 'py'],
  ['fifth-javascript', 'js'],
] as const;

/** A weakness counts where it is told at its line under its CWE; any finding at all in a harmless snippet is an alarm. */
async function weaknesses([language, extension]: readonly [string, string]): Promise<Quality> {
  const file = `weaknesses/${language}.txt`;
  let [found, planted, alarms, harmless] = [0, 0, 0, 0];
  for (const { expected, rest, text, lines } of readSnippets(file)) {
    const path = `pkg/code.${rest === '' ? extension : rest}`;
    const told = await findingsIn(weaknessesScanner, [contentFile(path, text)]);
    if (expected === undefined) {
      harmless += 1;
      alarms += told.length > 0 ? 1 : 0;
      continue;
    }
    planted += lines.length;
    found += lines.filter((line) =>
      told.some(({ data, location }) => data.cwe === expected && location === `${path}:${line}`),
    ).length;
  }
  return { corpus: `weaknesses, ${language} (test/corpora/${file})`, found, planted, alarms, harmless };
}

/** A capability counts where it is told of a file with it; told of a file without it, it is an alarm. */
async function capabilities(
  file: string,
  lines: readonly CapabilityCase[],
  lookalikes: readonly CapabilityCase[],
): Promise<Quality> {
  const told = async ([capability, path, text]: CapabilityCase): Promise<boolean> => {
    const findings = await findingsIn(capabilitiesScanner, [contentFile(`pkg/${path}`, text)]);
    return findings.some(({ data }) => data.capability === capability);
  };
  const [found, alarms] = [await Promise.all(lines.map(told)), await Promise.all(lookalikes.map(told))];
  return {
    corpus: `capabilities (test/corpora/capabilities${file}.ts)`,
    found: found.filter(Boolean).length,
    planted: lines.length,
    alarms: alarms.filter(Boolean).length,
    harmless: lookalikes.length,
  };
}

/** A sign counts where it is told at its line; any finding at all in a harmless snippet is an alarm. */
async function malware(): Promise<Quality> {
  let [found, planted, alarms, harmless] = [0, 0, 0, 0];
  for (const { expected, rest, text, lines } of readSnippets('malware.txt')) {
    const [path = '', kind = 'pypi'] = rest.split(' ');
    const filename = kind === 'sdist' ? 'demo_pkg-1.0.tar.gz' : A_WHEEL.filename;
    const subject = { ...A_WHEEL, filename, ecosystem: kind === 'npm' ? 'npm' : 'pypi' };
    const told = await findingsIn(installCodeScanner, [contentFile(path, text)], subject);
    if (expected === undefined) {
      harmless += 1;
      alarms += told.length > 0 ? 1 : 0;
      continue;
    }
    planted += lines.length;
    found += lines.filter((line) =>
      told.some(({ data, location }) => data.sign === expected && location === `${path}:${line}`),
    ).length;
  }
  return { corpus: 'malware signs (test/corpora/malware.txt)', found, planted, alarms, harmless };
}

/** Any sign of weight counts, wherever it is told. */
async function heldMalware(): Promise<Quality> {
  let [found, planted, alarms, harmless] = [0, 0, 0, 0];
  for (const { path, text, subject, malicious } of HELD_SETS.map((set) => `malware-${set}.txt`).flatMap(heldCode)) {
    const isTold = (await findingsIn(installCodeScanner, [contentFile(path, text)], subject)).some(hasWeight);
    if (malicious) planted += 1;
    else harmless += 1;
    if (isTold && malicious) found += 1;
    else if (isTold) alarms += 1;
  }
  const corpus = 'malware by rules of other tools (test/corpora/malware-held.txt, -second, -third, -fourth, -fifth)';
  return { corpus, found, planted, alarms, harmless };
}

/** Each thing that a package says is counted by itself; anything else that is told is an alarm, of one for each package. */
async function documents({ title, samples, without }: (typeof documentCorpora)[number]): Promise<Quality> {
  let [found, planted, alarms] = [0, 0, 0];
  for (const sample of [...samples, ...without]) {
    const told = await toldOf(documentsScanner, sample);
    planted += sample.said.length;
    found += sample.said.filter((one) => told.includes(one)).length;
    alarms += told.some((one) => !sample.said.some((said) => said === one)) ? 1 : 0;
  }
  const corpus = `documents of projects, ${title} set (test/corpora/documents.ts)`;
  return { corpus, found, planted, alarms, harmless: samples.length + without.length };
}

/** What metadata and listings say: each thing is counted by itself; anything else that is told is an alarm, of one a sample. */
async function listed<S extends { readonly told: readonly string[] }>(
  corpus: string,
  samples: readonly S[],
  tell: (sample: S) => Promise<readonly unknown[]>,
): Promise<Quality> {
  let [found, planted, alarms] = [0, 0, 0];
  for (const sample of samples) {
    const told = await tell(sample);
    planted += sample.told.length;
    found += sample.told.filter((one) => told.includes(one)).length;
    alarms += told.some((one) => !sample.told.some((expected) => expected === one)) ? 1 : 0;
  }
  return { corpus, found, planted, alarms, harmless: samples.length };
}

/** A case counts where all its figures are right, and is an alarm where it is told to be mended and is not. */
async function responses(): Promise<Quality> {
  let [found, alarms] = [0, 0];
  for (const sample of RESPONSES) {
    const told = await toldOfResponse(sample);
    const { flaws, mended, severalSeries, slowestDays } = sample.told;
    const isRight = told.flaws === flaws && told.mended === mended && told.severalSeries === severalSeries;
    found += isRight && told.slowestDays === slowestDays ? 1 : 0;
    alarms += told.mended > mended ? 1 : 0;
  }
  const corpus = 'answers to flaws (test/corpora/listings.ts)';
  return { corpus, found, planted: RESPONSES.length, alarms, harmless: RESPONSES.length };
}

const POPULAR = join(import.meta.dirname, '..', '..', 'shared', 'data', 'popularity');
/** Names of a popularity list that are held to be all that is popular, where the others are taken for ordinary ones. */
const HELD = 2500;

/** Squats of names of the whole list; a name further down is an alarm where it is taken for one of the first. */
function lookalikes(): readonly Quality[] {
  const corpora = [
    ['PyPI', 'pypi-top5000.tsv', PYPI_SLIPS, 'first'],
    ['PyPI', 'pypi-top5000.tsv', PYPI_SECOND, 'second'],
    ['PyPI', 'pypi-top5000.tsv', PYPI_THIRD, 'third'],
    ['npm', 'npm-top5000.tsv', NPM_SLIPS, 'first'],
    ['npm', 'npm-top5000.tsv', NPM_SECOND, 'second'],
    ['npm', 'npm-top5000.tsv', NPM_THIRD, 'third'],
  ] as const;
  return corpora.flatMap(([registry, file, squats, draw]) => {
    if (!existsSync(join(POPULAR, file))) return [];
    const lines = readFileSync(join(POPULAR, file), 'utf8').split('\n').slice(1);
    const names = lines.flatMap((line) => line.split('\t')[1] ?? []);
    const [whole, first] = [buildLikenessIndex(names), buildLikenessIndex(names.slice(0, HELD))];
    const ordinary = names.slice(HELD);
    return {
      corpus: `look-alikes of ${registry} names, ${draw} draw (test/corpora/squats${draw === 'first' ? '' : '-second'}.ts; alarms: names behind the first ${HELD} of the list)`,
      found: squats.filter(([squat]) => whole.find(squat) !== undefined).length,
      planted: squats.length,
      alarms: ordinary.filter((name) => first.find(name) !== undefined).length,
      harmless: ordinary.length,
    };
  });
}
