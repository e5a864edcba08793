import { Problem, unreachable } from '../../domain/problem.ts';
import type { Target } from '../../domain/target.ts';
import type { TargetRules } from '../contract.ts';
import type { MarkerEnvironment } from './markers.ts';
import { compatibleTags, type Platform, parsePlatform, WINDOWS_MACHINES } from './tags.ts';

/** The newest minor version of Python 3 that a target may name; bounds the number of tags. */
const NEWEST_PYTHON_MINOR = 99;
/** The Python versions that are supported upstream (devguide, "Status of Python versions"): 3.10 to 3.14. */
const DEFAULT_PYTHONS = ['cp310', 'cp311', 'cp312', 'cp313', 'cp314'] as const;
/** Any Linux of 2018 or later (PEP 600): glibc 2.28, on the two machines that wheels are commonly built for. */
const DEFAULT_PLATFORMS = ['manylinux_2_28_x86_64', 'manylinux_2_28_aarch64'] as const;

/** A target as the resolver uses it. */
export interface TargetProfile {
  readonly id: string;
  /** `3.12.0`: what `Requires-Python` is compared with. */
  readonly pythonVersion: string;
  readonly environment: MarkerEnvironment;
  /** Priority of each compatible wheel tag; 0 is best. */
  readonly tagRanks: ReadonlyMap<string, number>;
  /** The platforms of those tags: a look at one tells most wheels of other targets apart before they are parsed. */
  readonly platforms: ReadonlySet<string>;
}

interface Interpreter {
  readonly minor: number;
  readonly patch: number;
  readonly freeThreaded: boolean;
}

/**
 * Reads `cp312-manylinux_2_28_x86_64`. A patch release may stand behind a dot (`cp312.4-…`); without one it is the first
 * (`3.12.0`), as pip and uv have it for `--python-version 3.12`: what fits that fits every patch release after it.
 */
function parseTarget(id: string): Target | undefined {
  const match = /^cp3([0-9]{1,2})(t?)(?:\.([0-9]{1,2}))?-([a-z0-9_]{1,64})$/.exec(id);
  const [, minor = '', threads = '', patch = '0', platform = ''] = match ?? [];
  if (match === null || parsePlatform(platform) === undefined) return undefined;
  const settings = {
    python: `3.${Number(minor)}.${Number(patch)}`,
    platform,
    threads: threads === 't' ? 'free' : 'locked',
  };
  return { ecosystem: 'pypi', id, settings };
}

const profiles = new WeakMap<Target, TargetProfile>();

/** A target's tags and marker environment. Throws a `Problem` where its settings are none of ours. */
export function profileOf(target: Target): TargetProfile {
  const known = profiles.get(target);
  if (known !== undefined) return known;
  const interpreter = readInterpreter(target);
  const platform = parsePlatform(target.settings.platform ?? '');
  if (interpreter === undefined || platform === undefined || target.ecosystem !== 'pypi') {
    throw new Problem({
      kind: 'usage',
      code: 'unknown-target',
      what: `The target ${JSON.stringify(target.id)} is no target of PyPI`,
      next: 'Name targets like cp312-manylinux_2_28_x86_64.',
    });
  }
  const ranks = new Map<string, number>();
  for (const tag of compatibleTags(interpreter, platform)) if (!ranks.has(tag)) ranks.set(tag, ranks.size);
  const platforms = new Set([...ranks.keys()].map((tag) => tag.slice(tag.lastIndexOf('-') + 1)));
  const pythonVersion = `3.${interpreter.minor}.${interpreter.patch}`;
  const profile = {
    id: target.id,
    pythonVersion,
    environment: environmentOf(interpreter, platform),
    tagRanks: ranks,
    platforms,
  };
  profiles.set(target, profile);
  return profile;
}

function readInterpreter(target: Target): Interpreter | undefined {
  const match = /^3\.([0-9]{1,2})\.([0-9]{1,2})$/.exec(target.settings.python ?? '');
  const minor = Number(match?.[1] ?? Number.NaN);
  if (match === null || minor > NEWEST_PYTHON_MINOR) return undefined;
  return { minor, patch: Number(match[2]), freeThreaded: target.settings.threads === 'free' };
}

/** What CPython says of itself on such a platform (PEP 508, "Environment Markers"). Kernel releases are not known. */
function environmentOf(interpreter: Interpreter, platform: Platform): MarkerEnvironment {
  const full = `3.${interpreter.minor}.${interpreter.patch}`;
  return {
    implementation_name: 'cpython',
    implementation_version: full,
    platform_python_implementation: 'CPython',
    python_full_version: full,
    python_version: `3.${interpreter.minor}`,
    platform_release: '',
    platform_version: '',
    ...systemOf(platform),
  };
}

type SystemVariables = Pick<MarkerEnvironment, 'os_name' | 'platform_machine' | 'platform_system' | 'sys_platform'>;

function systemOf(platform: Platform): SystemVariables {
  switch (platform.kind) {
    case 'manylinux':
    case 'musllinux':
      return { os_name: 'posix', platform_machine: platform.machine, platform_system: 'Linux', sys_platform: 'linux' };
    case 'macosx':
      return {
        os_name: 'posix',
        platform_machine: platform.machine,
        platform_system: 'Darwin',
        sys_platform: 'darwin',
      };
    case 'windows': {
      const machine = WINDOWS_MACHINES.get(platform.tag) ?? '';
      return { os_name: 'nt', platform_machine: machine, platform_system: 'Windows', sys_platform: 'win32' };
    }
    default:
      return unreachable(platform);
  }
}

/** The target rules of PyPI: CPython on the platforms of wheel tags. */
export const pypiTargets: TargetRules = {
  defaults: DEFAULT_PYTHONS.flatMap((python) =>
    DEFAULT_PLATFORMS.flatMap((platform) => parseTarget(`${python}-${platform}`) ?? []),
  ),
  parse: parseTarget,
};
