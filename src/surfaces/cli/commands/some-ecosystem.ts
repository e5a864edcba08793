/** A name without an ecosystem: PyPI's where PyPI knows it here, else the first ecosystem that does. */
import { purlOf } from '../../../domain/purl.ts';
import type { Availability } from '../../../features/availability/read.ts';

/** A name alone is read as PyPI's; these are looked into where the channel knows nothing of it there. */
const OTHERS = ['npm', 'cran'];
const PLAIN = /^([^@=<>!~;:\s[\]]+)(?:(?:==|@)([^\s;]+))?$/;

type Known = Pick<Availability, 'state' | 'request' | 'available_versions'>;

/** The answer of the ecosystem that knows the name. `ask` answers nothing where it is no name there. */
export async function whereKnown<F extends Known>(
  text: string,
  first: F,
  ask: (purl: string) => Promise<F | undefined>,
): Promise<F> {
  const [, name, version] = PLAIN.exec(text) ?? [];
  if (name === undefined || isKnown(first)) return first;
  for (const ecosystem of OTHERS) {
    const found = await ask(purlOf({ ecosystem, name, ...(version === undefined ? {} : { version }) }));
    if (found !== undefined && (isKnown(found) || found.available_versions.length > 0)) return found;
  }
  return first;
}

/** Whether the text names no ecosystem, so that the answer has to say which one it is about. */
export function isNameAlone(text: string): boolean {
  return PLAIN.test(text);
}

/** Whether the channel has anything to say of it. */
export function isKnown({ state, request }: Known): boolean {
  return state !== 'not-requested' || request !== null;
}
