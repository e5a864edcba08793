/** Source: npm documentation, package.json, "license"; the older `licenses` list and the object form are still in use. */
import { z } from 'zod';
import { anyOf, type Declaration, type Meaning, meaningOf, NOTHING_DECLARED, statement } from './declaration.ts';

/** `package.json` of the package itself, in the one folder of a tarball. */
export function isNpmMetadata(path: string): boolean {
  return /^(?:[^/]+\/)?package[.]json$/.test(path);
}

const licence = z.union([
  z.string(),
  z.object({ type: z.string() }).transform(({ type }) => type),
  z.object({ name: z.string() }).transform(({ name }) => name),
]);
/** Something stands there and it cannot be read. */
const UNREADABLE = ['(unreadable)'];
const licences = z
  .union([z.array(licence), licence.transform((one) => [one]), z.null().transform(() => [])])
  .optional()
  .catch(UNREADABLE);
const manifest = z.object({ license: licences, licenses: licences });

const SEE = /^SEE LICEN[CS]E IN (.+)$/i;

/** What `package.json` declares; several licences are a choice, as the older list was meant. */
export function readNpmDeclaration(text: string): Declaration {
  const read = manifest.safeParse(asJson(text));
  if (!read.success) return { ...NOTHING_DECLARED, meaning: { kind: 'unclear' } };
  const values = [...(read.data.license ?? []), ...(read.data.licenses ?? [])];
  const field = (read.data.license ?? []).length === 0 ? 'licenses' : 'license';
  const files = values.flatMap((value) => SEE.exec(value)?.[1]?.trim() ?? []);
  return { stated: values.map((value) => statement(field, value)), meaning: anyOf(values.map(meaningOfValue)), files };
}

function meaningOfValue(value: string): Meaning {
  if (SEE.test(value)) return { kind: 'unclear' };
  return meaningOf(value);
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}
