/** The interpreter of a target, as tags speak of it. */
export interface TagInterpreter {
  /** Python's major version is 3; this is its minor one: 12 for CPython 3.12. */
  readonly minor: number;
  /** Whether it is the build without the global lock (PEP 703): `cp313t`. */
  readonly freeThreaded: boolean;
}

/** A platform tag taken apart. */
export type Platform =
  | {
      readonly kind: 'manylinux' | 'musllinux';
      readonly major: number;
      readonly minor: number;
      readonly machine: string;
    }
  | { readonly kind: 'macosx'; readonly major: number; readonly minor: number; readonly machine: string }
  | { readonly kind: 'windows'; readonly tag: string };

/** The platforms of Windows that CPython is built for, and what `platform.machine()` says there. */
export const WINDOWS_MACHINES: ReadonlyMap<string, string> = new Map([
  ['win_amd64', 'AMD64'],
  ['win32', 'x86'],
  ['win_arm64', 'ARM64'],
]);

/** PEP 600: the older names of three platform tags (PEP 513, PEP 571, PEP 599). */
const MANYLINUX_ALIASES: ReadonlyMap<number, string> = new Map([
  [17, 'manylinux2014'],
  [12, 'manylinux2010'],
  [5, 'manylinux1'],
]);

/** The oldest glibc 2.x that wheels were ever built for: PEP 513 for Intel, PEP 599 for all other machines. */
const OLDEST_GLIBC_INTEL = 5;
const OLDEST_GLIBC_OTHER = 17;
/** The newest minor version of a C library or of macOS that a target may name; bounds the number of tags. */
const NEWEST_MINOR = 99;
/** The machines that Linux wheels are built for. */
const LINUX_MACHINES: ReadonlySet<string> = new Set([
  'x86_64',
  'aarch64',
  'i686',
  'ppc64le',
  's390x',
  'riscv64',
  'loongarch64',
]);

/** Reads a platform tag such as `manylinux_2_28_x86_64`; `undefined` where no target can be made of it. */
export function parsePlatform(tag: string): Platform | undefined {
  if (WINDOWS_MACHINES.has(tag)) return { kind: 'windows', tag };
  const match = /^(manylinux|musllinux|macosx)_([0-9]{1,2})_([0-9]{1,2})_([a-z0-9_]{1,16})$/.exec(tag);
  const [, kind, major = '', minor = '', machine = ''] = match ?? [];
  const numbers = { major: Number(major), minor: Number(minor), machine };
  if (numbers.minor > NEWEST_MINOR) return undefined;
  switch (kind) {
    case 'manylinux':
      return numbers.major === 2 && LINUX_MACHINES.has(machine) ? { kind, ...numbers } : undefined;
    case 'musllinux':
      return numbers.major === 1 && LINUX_MACHINES.has(machine) ? { kind, ...numbers } : undefined;
    case 'macosx':
      return numbers.major >= 10 && (machine === 'arm64' || machine === 'x86_64') ? { kind, ...numbers } : undefined;
    default:
      return undefined;
  }
}

/** The platform tags a platform can run, best first (PEP 600, PEP 656, and `packaging.tags` for macOS). */
export function platformTags(platform: Platform): readonly string[] {
  switch (platform.kind) {
    case 'manylinux':
      return [...manylinuxTags(platform), `linux_${platform.machine}`];
    case 'musllinux':
      return [
        ...descending(platform.minor, 0).map((minor) => `musllinux_1_${minor}_${platform.machine}`),
        `linux_${platform.machine}`,
      ];
    case 'macosx':
      return macTags(platform);
    case 'windows':
      return [platform.tag];
  }
}

/**
 * The tags that an interpreter on a platform can install, best first, as `packaging.tags` orders them: its own ABI,
 * the stable ABI (PEP 384) from its own version down, then pure Python for the platform and for any.
 */
export function compatibleTags(interpreter: TagInterpreter, platform: Platform): readonly string[] {
  const platforms = platformTags(platform);
  const own = `cp3${interpreter.minor}`;
  const abi = interpreter.freeThreaded ? `${own}t` : own;
  const pythons = [
    `py3${interpreter.minor}`,
    'py3',
    ...descending(interpreter.minor - 1, 0).map((minor) => `py3${minor}`),
  ];
  // PEP 703: a build without the global lock has no stable ABI.
  const stable = interpreter.freeThreaded ? [] : [`${own}-abi3`];
  const olderStable = interpreter.freeThreaded
    ? []
    : descending(interpreter.minor - 1, 2).map((minor) => `cp3${minor}-abi3`);
  const withPlatform = [
    `${own}-${abi}`,
    ...stable,
    `${own}-none`,
    ...olderStable,
    ...pythons.map((one) => `${one}-none`),
  ];
  return [
    ...withPlatform.flatMap((start) => platforms.map((tag) => `${start}-${tag}`)),
    `${own}-none-any`,
    ...pythons.map((python) => `${python}-none-any`),
  ];
}

function manylinuxTags({ minor, machine }: { readonly minor: number; readonly machine: string }): readonly string[] {
  const oldest = machine === 'x86_64' || machine === 'i686' ? OLDEST_GLIBC_INTEL : OLDEST_GLIBC_OTHER;
  return descending(minor, oldest).flatMap((version) => {
    const alias = MANYLINUX_ALIASES.get(version);
    const tag = `manylinux_2_${version}_${machine}`;
    return alias === undefined ? [tag] : [tag, `${alias}_${machine}`];
  });
}

/** macOS 11 and later count major versions; Intel machines also run what was built for 10.x, and so do universal builds. */
function macTags({
  major,
  minor,
  machine,
}: {
  readonly major: number;
  readonly minor: number;
  readonly machine: string;
}) {
  const intel = machine === 'x86_64';
  const formats = intel ? ['x86_64', 'intel', 'fat64', 'fat3', 'universal2', 'universal'] : ['arm64', 'universal2'];
  if (major === 10) return descending(minor, 0).flatMap((one) => formats.map((format) => `macosx_10_${one}_${format}`));
  const older = intel ? formats : ['universal2'];
  return [
    ...descending(major, 11).flatMap((one) => formats.map((format) => `macosx_${one}_0_${format}`)),
    ...descending(16, 4).flatMap((one) => older.map((format) => `macosx_10_${one}_${format}`)),
  ];
}

function descending(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, from - to + 1) }, (_, index) => from - index);
}
