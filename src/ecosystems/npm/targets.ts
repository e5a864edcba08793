/** Environments that npm packages are installed into: a Node release on an operating system and processor. */
import type { Target } from '../../domain/target.ts';
import type { TargetRules } from '../contract.ts';

/** The newest release of each major line that is under support or was until lately (nodejs release schedule, November 2026). */
const NEWEST_OF_MAJOR: Readonly<Record<string, string>> = {
  18: '18.20.8',
  20: '20.20.2',
  22: '22.22.2',
  24: '24.15.0',
  26: '26.0.0',
};

/** `process.platform` of systems that Node has builds for. */
const SYSTEMS: ReadonlySet<string> = new Set(['linux', 'win32', 'darwin', 'freebsd']);
/** `process.arch`. */
const PROCESSORS: ReadonlySet<string> = new Set(['x64', 'arm64', 'ia32', 'arm', 'ppc64', 's390x']);

/** What the resolver reads of a target. */
export interface Platform {
  /** `24.15.0` */
  readonly node: string;
  readonly os: string;
  readonly cpu: string;
  /** `glibc` or `musl` on Linux; `undefined` elsewhere. */
  readonly libc: string | undefined;
}

/** `node24-linux-x64`, `node22.4.0-linux-arm64-musl`, `node24-win32-x64`. */
function parseTarget(id: string): Target | undefined {
  const match = /^node(\d{1,3})(?:[.](\d{1,3})[.](\d{1,3}))?-([a-z0-9]+)-([a-z0-9]+)(?:-(glibc|musl))?$/.exec(id);
  const [, major = '', minor, patch, os = '', cpu = '', libc] = match ?? [];
  if (match === null || !SYSTEMS.has(os) || !PROCESSORS.has(cpu)) return undefined;
  if (libc !== undefined && os !== 'linux') return undefined;
  const node = minor === undefined ? NEWEST_OF_MAJOR[major] : `${major}.${minor}.${patch}`;
  if (node === undefined) return undefined;
  const settings = { node, os, cpu, ...(os === 'linux' ? { libc: libc ?? 'glibc' } : {}) };
  return { ecosystem: 'npm', id, settings };
}

/** The platform of a target that `parseTarget` made. */
export function platformOf({ settings }: Target): Platform {
  const { node = '', os = '', cpu = '', libc } = settings;
  return { node, os, cpu, libc };
}

const DEFAULTS = ['node22-linux-x64', 'node24-linux-x64', 'node24-win32-x64'];

export const npmTargets: TargetRules = {
  defaults: DEFAULTS.flatMap((id) => parseTarget(id) ?? []),
  parse: parseTarget,
};
