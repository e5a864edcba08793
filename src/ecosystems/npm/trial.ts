/** Trying an npm release: npm installs it from its tree alone, without lifecycle scripts, and Node loads it. */
import { z } from 'zod';
import type { Target } from '../../domain/target.ts';
import type { TrialMachine } from '../../domain/trial.ts';
import type { TrialRules } from '../contract.ts';
import { platformOf } from './targets.ts';
import { TRIAL_DRIVER } from './trial-driver.ts';

/** Seconds of each step: trees of a thousand packages install in 60 from files on the disk, ordinary packages load in 5. */
const SECONDS = { install: 300, imports: 60 };
const MS_PER_SECOND = 1000;
/** Unpacking and hashing the candidates, and the last word. */
const SECONDS_BETWEEN = 60;

/** Run by the machine's own Node: what it is, and where the npm of the PATH lies. */
const ASK_NODE = `
const fs = require('node:fs');
const { delimiter, dirname, join } = require('node:path');
const npm = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'npm')).find((file) => fs.existsSync(file));
const script = npm === undefined ? '' : fs.realpathSync(npm);
const folder = dirname(dirname(script));
const { header } = process.report.getReport();
console.log(JSON.stringify({
  executable: fs.realpathSync(process.execPath), version: process.versions.node, os: process.platform, cpu: process.arch,
  glibc: header.glibcVersionRuntime ?? '', script, folder,
  npm: script.endsWith('npm-cli.js') ? JSON.parse(fs.readFileSync(join(folder, 'package.json'), 'utf8')).version : '',
}));
`;

const Answer = z.object({
  executable: z.string().startsWith('/'),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  os: z.string(),
  cpu: z.string(),
  glibc: z.string(),
  script: z.string(),
  folder: z.string(),
  npm: z.string(),
});

export const npmTrials: TrialRules = {
  version: 2,
  machine: askMachine,
  isHere,
  command({ machine, name, version, files, seconds }) {
    const { executable, npm, shown } = machine.settings;
    const plan = {
      name,
      requirement: `${name}@${version}`,
      npm: placeOf(`${npm}`),
      seconds: { ...SECONDS, ...seconds },
    };
    const total = plan.seconds.install + plan.seconds.imports + SECONDS_BETWEEN;
    return {
      command: [placeOf(`${executable}`), '-e', TRIAL_DRIVER, JSON.stringify(plan)],
      shown: [
        ...(Array.isArray(shown) ? shown : []).map((path) => ({ source: path, at: placeOf(path) })),
        // Two scopes may have files of one name.
        ...files.map(({ path, filename }, number) => ({ source: path, at: `/candidates/${number}-${filename}` })),
      ],
      timeoutMs: total * MS_PER_SECOND,
    };
  },
  // Nothing is built.
  builtWith: () => undefined,
};

/**
 * Where a cage shows a file of this machine's Node or npm: what is not of the system, at a place of its own. A Node beside a clone
 * may lie under `/tmp`, where a cage has nothing but its own room to write.
 */
function placeOf(path: string): string {
  return isOfSystem(path) ? path : `/client${path}`;
}

function isOfSystem(path: string): boolean {
  return path.startsWith('/usr/');
}

async function askMachine(
  run: (command: string, args: readonly string[]) => Promise<string>,
): Promise<TrialMachine | { readonly unavailable: string }> {
  const printed = await run('node', ['-e', ASK_NODE]).catch(() => undefined);
  if (printed === undefined) return { unavailable: 'no Node answers on this machine' };
  const parsed = Answer.safeParse(jsonOf(printed));
  if (!parsed.success) return { unavailable: "this machine's Node says nothing that is understood about itself" };
  const { executable, version, os, cpu, glibc, script, folder, npm } = parsed.data;
  if (npm === '') return { unavailable: 'there is no npm on the PATH of this machine that Node itself could run' };
  const libc = os !== 'linux' ? 'none' : glibc === '' ? 'musl' : 'glibc';
  return {
    title: `Node ${version} on ${os} ${cpu}${glibc === '' ? '' : ` with glibc ${glibc}`}, npm ${npm} without scripts`,
    settings: {
      ...{ executable, npm: script, os, cpu, libc, major: version.split('.')[0] ?? '' },
      shown: [executable, folder].filter((path) => !isOfSystem(path)),
    },
  };
}

/** Same line of Node, same system and processor, same C library. */
function isHere({ settings }: TrialMachine, target: Target): boolean {
  const { node, os, cpu, libc = 'none' } = platformOf(target);
  return node.split('.')[0] === settings.major && os === settings.os && cpu === settings.cpu && libc === settings.libc;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
