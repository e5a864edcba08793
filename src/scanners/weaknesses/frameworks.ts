/** Which frameworks a file imports. */
import type { Source } from '../syntax/source.ts';

const answers = new WeakMap<Source, Map<RegExp, boolean>>();

/** Whether a file imports a module of such a name: answered once of each file, however many of its calls ask. */
export function importsOf(source: Source, modules: RegExp): boolean {
  const known = answers.get(source) ?? new Map<RegExp, boolean>();
  answers.set(source, known);
  const answer = known.get(modules) ?? source.imports.some(({ module }) => modules.test(module));
  known.set(modules, answer);
  return answer;
}
