/** How much of what was made for them the scanners find, and how often they speak of what is harmless. */

import { secretsScanner } from '../src/scanners/secrets/index.ts';
import { weaknessesScanner } from '../src/scanners/weaknesses/index.ts';
import { HARMLESS, type SecretSample, secretSamples } from '../test/corpora/secrets.ts';
import { readSnippets } from '../test/corpora/snippets.ts';
import { contentFile, findingsIn } from '../test/harness/content.ts';

interface Quality {
  readonly corpus: string;
  readonly found: number;
  readonly planted: number;
  readonly alarms: number;
  readonly harmless: number;
}

/** Rows of a table in Markdown, with its head. */
export async function qualityRows(): Promise<readonly string[]> {
  const all = [await secrets(), ...(await Promise.all(LANGUAGES.map(weaknesses)))];
  return [
    '| corpus | recall | false alarms |',
    '|---|---|---|',
    ...all.map(
      ({ corpus, found, planted, alarms, harmless }) =>
        `| ${corpus} | ${found} of ${planted} | ${alarms} of ${harmless} |`,
    ),
  ];
}

async function secrets(): Promise<Quality> {
  const samples = secretSamples();
  return {
    corpus: 'secrets (test/corpora/secrets.ts)',
    found: await spokenOf(samples),
    planted: samples.length,
    alarms: await spokenOf(HARMLESS),
    harmless: HARMLESS.length,
  };
}

async function spokenOf(samples: readonly SecretSample[]): Promise<number> {
  let spoken = 0;
  for (const { path, text } of samples)
    if ((await findingsIn(secretsScanner, [contentFile(path, text)])).length > 0) spoken += 1;
  return spoken;
}

const LANGUAGES = [
  ['python', 'py'],
  ['javascript', 'js'],
  ['r', 'R'],
] as const;

/** A weakness counts where it is told at its line under its CWE; any finding at all in a harmless snippet is an alarm. */
async function weaknesses([language, extension]: (typeof LANGUAGES)[number]): Promise<Quality> {
  const file = `weaknesses/${language}.txt`;
  const path = `pkg/code.${extension}`;
  let [found, planted, alarms, harmless] = [0, 0, 0, 0];
  for (const { expected, text, lines } of readSnippets(file)) {
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
