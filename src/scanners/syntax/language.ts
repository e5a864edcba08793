/** Languages whose source files are read as syntax trees. */
export type Language = 'python' | 'javascript' | 'r';

const BY_EXTENSION: ReadonlyMap<string, Language> = new Map([
  ['py', 'python'],
  ['pyw', 'python'],
  ['pyx', 'python'],
  ['js', 'javascript'],
  ['mjs', 'javascript'],
  ['cjs', 'javascript'],
  ['jsx', 'javascript'],
  ['ts', 'javascript'],
  ['mts', 'javascript'],
  ['cts', 'javascript'],
  ['tsx', 'javascript'],
  ['r', 'r'],
]);

const INTERPRETERS: readonly (readonly [RegExp, Language])[] = [
  [/python|pypy/, 'python'],
  [/node|deno|bun/, 'javascript'],
  [/Rscript/, 'r'],
];

/** Longest first line that is looked at for an interpreter; Linux reads 256 bytes (execve(2)). */
const LONGEST_SHEBANG = 256;

/** Language of a file, by the end of its name or else by its interpreter line; `undefined` for anything else. */
export function languageOf(path: string, text: string): Language | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  if (dot > 0) return name.endsWith('.d.ts') ? undefined : BY_EXTENSION.get(name.slice(dot + 1).toLowerCase());
  if (!text.startsWith('#!')) return undefined;
  const line = text.slice(0, LONGEST_SHEBANG).split('\n', 1)[0] ?? '';
  return INTERPRETERS.find(([pattern]) => pattern.test(line))?.[1];
}
