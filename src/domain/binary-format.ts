/** What compiled code calls itself: container format and processor, from the first bytes alone. */
export interface BinaryFormat {
  readonly format: 'elf' | 'mach-o' | 'pe' | 'wasm' | 'java-class' | 'python-bytecode';
  /** Processor in the words of `uname -m`; `any` for virtual machines, `several` for a fat file, `unknown` otherwise. */
  readonly machine: string;
}

/** ELF e_machine (System V ABI, "ELF Header"). */
const ELF_MACHINES: ReadonlyMap<number, string> = new Map([
  [3, 'i686'],
  [8, 'mips'],
  [20, 'ppc'],
  [21, 'ppc64le'],
  [22, 's390x'],
  [40, 'armv7l'],
  [62, 'x86_64'],
  [183, 'aarch64'],
  [243, 'riscv64'],
  [258, 'loongarch64'],
]);
/** Mach-O cputype (mach/machine.h). */
const MACH_MACHINES: ReadonlyMap<number, string> = new Map([
  [7, 'i686'],
  [0x01000007, 'x86_64'],
  [12, 'armv7l'],
  [0x0100000c, 'arm64'],
]);
/** PE machine (PE format, "Machine Types"). */
const PE_MACHINES: ReadonlyMap<number, string> = new Map([
  [0x14c, 'i686'],
  [0x8664, 'x86_64'],
  [0xaa64, 'aarch64'],
  [0x1c0, 'armv7l'],
]);
/** Offset of the PE header's address. */
const PE_POINTER = 0x3c;
/** Bytes that every format's header needs at least. */
const LEAST_HEADER = 20;

/** Format of a compiled file; `undefined` for anything else. Pure; looks at the start of the file only. */
export function binaryFormat(bytes: Uint8Array): BinaryFormat | undefined {
  if (bytes.length < LEAST_HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  if (magic === 0x7f454c46)
    return { format: 'elf', machine: ELF_MACHINES.get(view.getUint16(18, bytes[5] === 1)) ?? 'unknown' };
  if (magic === 0xcffaedfe || magic === 0xcefaedfe)
    return { format: 'mach-o', machine: MACH_MACHINES.get(view.getUint32(4, true)) ?? 'unknown' };
  // A fat Mach-O begins like a Java class; it holds a few architectures, a class file has a version of 45 or more.
  if (magic === 0xcafebabe)
    return view.getUint32(4) < 20 ? { format: 'mach-o', machine: 'several' } : { format: 'java-class', machine: 'any' };
  if (magic === 0x0061736d) return { format: 'wasm', machine: 'any' };
  if (view.getUint16(0) === 0x4d5a) return peFormat(view);
  // CPython's magic number: two bytes of version, then CR LF (importlib/_bootstrap_external.py).
  if (bytes[2] === 13 && bytes[3] === 10 && (bytes[1] ?? 0) >= 0x0c && (bytes[1] ?? 0) <= 0x0f)
    return { format: 'python-bytecode', machine: 'any' };
  return undefined;
}

function peFormat(view: DataView): BinaryFormat | undefined {
  if (view.byteLength < PE_POINTER + 4) return undefined;
  const header = view.getUint32(PE_POINTER, true);
  if (header + 6 > view.byteLength || view.getUint32(header) !== 0x50450000) return undefined;
  return { format: 'pe', machine: PE_MACHINES.get(view.getUint16(header + 4, true)) ?? 'unknown' };
}
