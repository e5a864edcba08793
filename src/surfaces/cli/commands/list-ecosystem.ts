/** Which ecosystem a list is about. */
import { basename } from 'node:path';
import { Problem } from '../../../domain/problem.ts';

interface Named {
  readonly id: string;
}

/** The one that was named. Throws `unknown-ecosystem`. */
export function ecosystemNamed<E extends Named>(asked: string | undefined, ecosystems: readonly E[]): E {
  const found = ecosystems.find(({ id }) => id === asked);
  if (found !== undefined) return found;
  const what =
    asked === undefined
      ? 'A list of one form is about one ecosystem, and none was named'
      : `There is no ecosystem ${JSON.stringify(asked.slice(0, 40))}`;
  throw unknownEcosystem(what, ecosystems);
}

/** The one that was named, else the one that the name of the file holds. Throws `unknown-ecosystem`. */
export function ecosystemOfFile<E extends Named>(file: string, asked: string | undefined, ecosystems: readonly E[]): E {
  if (asked !== undefined) return ecosystemNamed(asked, ecosystems);
  const words = basename(file)
    .toLowerCase()
    .split(/[^a-z]+/);
  const found = ecosystems.filter(({ id }) => words.includes(id));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw unknownEcosystem(`The name of ${file} does not say which ecosystem it is about`, ecosystems);
}

function unknownEcosystem(what: string, ecosystems: readonly Named[]): Problem {
  const next = `Add --ecosystem, one of ${ecosystems.map(({ id }) => id).join(', ')}.`;
  return new Problem({ kind: 'usage', code: 'unknown-ecosystem', what, next });
}
