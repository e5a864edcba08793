/** Trying a release of R: it is installed from the source packages of its tree alone, attached, and its own tests are run. */
import { z } from 'zod';
import type { Target } from '../../domain/target.ts';
import type { TrialMachine } from '../../domain/trial.ts';
import type { TrialRules } from '../contract.ts';
import { profileOf } from './targets.ts';
import { TRIAL_DRIVER } from './trial-driver.ts';

/** Seconds of each step: what holds C++ is compiled, minutes for the larger ones. */
const SECONDS = { install: 600, imports: 60, tests: 300 };
/** Making the repository, and reading what each step left. */
const SECONDS_BETWEEN = 240;
const MS_PER_SECOND = 1000;

/** Run by the machine's own R: what it is, and which files outside of `/usr` it cannot start without. */
const ASK_R = `
etc <- file.path(R.home("etc"), c("Renviron", "Makeconf", "ldpaths", "repositories"))
files <- normalizePath(etc[file.exists(etc)])
cat(as.character(getRversion()), R.version[["platform"]], .Platform[["OS.type"]], normalizePath(R.home()), files, sep = "\\n")
`;

const Answer = z
  .tuple([z.string().regex(/^\d+\.\d+\.\d+$/), z.string().min(1), z.literal('unix'), z.string().startsWith('/')])
  .rest(z.string().startsWith('/'));

export const cranTrials: TrialRules = {
  version: 1,
  machine: askMachine,
  isHere,
  command({ machine, name, files, seconds }) {
    const { home, shown } = machine.settings;
    const allowed = { ...SECONDS, ...seconds };
    const total = allowed.install + allowed.imports + allowed.tests + SECONDS_BETWEEN;
    const steps = [allowed.install, allowed.imports, allowed.tests].map(String);
    return {
      command: ['/bin/sh', '-c', TRIAL_DRIVER, 'trial', name, `${home}/bin/Rscript`, ...steps],
      shown: [
        ...(Array.isArray(shown) ? shown : []).map((path) => ({ source: path, at: path })),
        ...files.map(({ path, filename }) => ({ source: path, at: `/candidates/${filename}` })),
      ],
      timeoutMs: total * MS_PER_SECOND,
    };
  },
  // R builds with what is installed of the tree.
  builtWith: () => undefined,
};

async function askMachine(
  run: (command: string, args: readonly string[]) => Promise<string>,
): Promise<TrialMachine | { readonly unavailable: string }> {
  const printed = await run('Rscript', ['--vanilla', '-e', ASK_R]).catch(() => undefined);
  if (printed === undefined) return { unavailable: 'no R answers on this machine' };
  const parsed = Answer.safeParse(printed.trim().split('\n'));
  if (!parsed.success) return { unavailable: "this machine's R says nothing that is understood about itself" };
  const [version, platform, , home, ...files] = parsed.data;
  return {
    title: `R ${version} on ${platform}`,
    settings: { home, version, shown: [home, ...files].filter((path) => !path.startsWith('/usr/')) },
  };
}

/** Same minor release of R, from source: built packages are for a distribution that nothing here names. */
function isHere({ settings }: TrialMachine, target: Target): boolean {
  const { rVersion, tree } = profileOf(target);
  const minor = (version: string) => version.split('.').slice(0, 2).join('.');
  return tree === undefined && minor(rVersion) === minor(`${settings.version}`);
}
