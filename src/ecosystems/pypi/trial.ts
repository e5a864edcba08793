/** Trying a Python release: pip installs it from its tree alone, its modules are imported, its own tests are run. */
import type { TrialRules } from '../contract.ts';
import { foldName } from './names.ts';
import { parseRequirement } from './requirements.ts';
import { TRIAL_DRIVER } from './trial-driver.ts';
import { askMachine, isTargetHere } from './trial-machine.ts';

/** Seconds of each step: ordinary trees of a hundred wheels install in 30, ordinary modules import in 5. */
const SECONDS = { install: 300, libraries: 30, imports: 120, oneImport: 60, tests: 300 };
/** Modules of one release that are imported. */
const MOST_MODULES = 20;

export const pypiTrials: TrialRules = {
  builtWith: (requirement) => parseRequirement(requirement)?.name,
  version: 5,
  machine: askMachine,
  isHere: isTargetHere,
  command({ machine, name, version, extras, files, source, tools, seconds }) {
    const { executable, folders } = machine.settings;
    const allWheels = files.every(({ filename }) => filename.endsWith('.whl'));
    const plan = {
      name: foldName(name),
      requirement: `${name}${extras.length === 0 ? '' : `[${extras.join(',')}]`}==${version}`,
      // Where no wheel has to be built nothing may be.
      pipOptions: allWheels ? ['--only-binary', ':all:'] : [],
      source: 'path' in source ? `/source/${source.filename}` : null,
      noSource: 'reason' in source ? source.reason : '',
      mostModules: MOST_MODULES,
      seconds: { ...SECONDS, ...seconds },
    };
    return {
      command: [`${executable}`, '-I', '-c', TRIAL_DRIVER, JSON.stringify(plan)],
      shown: [
        ...(Array.isArray(folders) ? folders : []).map((folder) => ({ source: folder, at: folder })),
        ...files.map(({ path, filename }) => ({ source: path, at: `/candidates/${filename}` })),
        ...(tools === null ? [] : [{ source: tools, at: '/tools' }]),
        ...('path' in source ? [{ source: source.path, at: `/source/${source.filename}` }] : []),
      ],
      timeoutMs: Object.values(plan.seconds).reduce((sum, one) => sum + one, 0) * MS_PER_SECOND,
    };
  },
};

const MS_PER_SECOND = 1000;
