/** `pyproject.toml`: `[project]` (PEP 621), `[dependency-groups]` (PEP 735), and Poetry's own tables. */
import { z } from 'zod';
import type { Target } from '../../../domain/target.ts';
import type { NeededPackage } from '../../contract.ts';
import { elsewhere, holdsFor, neededBy } from './needed.ts';

const poetryEntry = z.union([
  z.string(),
  z.looseObject({
    version: z.string().optional(),
    extras: z.array(z.string()).optional(),
    markers: z.string().optional(),
    git: z.string().optional(),
    path: z.string().optional(),
    url: z.string().optional(),
  }),
]);
type PoetryEntry = z.infer<typeof poetryEntry>;
const poetryTable = z.record(z.string(), z.union([poetryEntry, z.array(poetryEntry)])).default({});
const schema = z.looseObject({
  project: z
    .looseObject({
      name: z.string().optional(),
      dependencies: z.array(z.string()).default([]),
      'optional-dependencies': z.record(z.string(), z.array(z.string())).default({}),
    })
    .prefault({}),
  'dependency-groups': z
    .record(z.string(), z.array(z.union([z.string(), z.strictObject({ 'include-group': z.string() })])))
    .default({}),
  tool: z
    .looseObject({
      poetry: z
        .looseObject({
          dependencies: poetryTable,
          'dev-dependencies': poetryTable,
          group: z.record(z.string(), z.looseObject({ dependencies: poetryTable })).default({}),
        })
        .optional(),
    })
    .prefault({}),
});

/** Everything that any extra or group asks for; `undefined` where it is no project file. */
export function readProject(document: unknown, targets: readonly Target[]): readonly NeededPackage[] | undefined {
  const parsed = schema.safeParse(document);
  if (!parsed.success) return undefined;
  const { project, 'dependency-groups': groups, tool } = parsed.data;
  const texts = [
    ...project.dependencies,
    ...Object.values(project['optional-dependencies']).flat(),
    // A group that is included stands in the file itself.
    ...Object.values(groups).flatMap((group) => group.filter((one) => typeof one === 'string')),
  ];
  const standard = texts.flatMap((text) => neededBy(text, targets));
  const own = project.name?.toLowerCase();
  const poetry = tool.poetry === undefined ? [] : readPoetry(tool.poetry, targets);
  // A project may ask for its own extras.
  return [...standard, ...poetry].filter(({ name }) => name !== own);
}

interface Poetry {
  readonly dependencies: z.infer<typeof poetryTable>;
  readonly 'dev-dependencies': z.infer<typeof poetryTable>;
  readonly group: Readonly<Record<string, { readonly dependencies: z.infer<typeof poetryTable> }>>;
}

function readPoetry(poetry: Poetry, targets: readonly Target[]): readonly NeededPackage[] {
  const groups = Object.values(poetry.group).map(({ dependencies }) => dependencies);
  return [poetry.dependencies, poetry['dev-dependencies'], ...groups].flatMap((table) =>
    Object.entries(table).flatMap(([name, entries]) =>
      name === 'python' ? [] : [entries].flat().flatMap((entry) => poetryNeeded(name, entry, targets)),
    ),
  );
}

function poetryNeeded(name: string, entry: PoetryEntry, targets: readonly Target[]): readonly NeededPackage[] {
  const {
    version = '*',
    extras = [],
    markers,
    git,
    path,
    url,
  } = typeof entry === 'string' ? { version: entry } : entry;
  const place = git ?? path ?? url;
  if (place !== undefined) throw elsewhere(name, place);
  if (!holdsFor(markers, targets)) return [];
  const extra = extras.length === 0 ? '' : `[${extras.join(',')}]`;
  return neededBy(`${name}${extra}${pythonRange(version)}`, []);
}

/** Poetry's ranges in the words of PEP 440: a caret keeps the leftmost number that is not zero, a tilde the first two. */
function pythonRange(text: string): string {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== '*')
    .map(oneRange)
    .join(',');
}

function oneRange(part: string): string {
  const [, sign = '', version = ''] = /^([\^~]?)=?\s*(\d[\w.+!-]*)$/.exec(part) ?? [];
  if (version === '') return part;
  if (sign === '') return part.includes('*') ? `==${part}` : `==${version}`;
  const numbers = (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '0').split('.').map(Number);
  const kept = sign === '~' ? Math.min(2, numbers.length) - 1 : leftmost(numbers);
  const above = numbers.slice(0, kept + 1).map((number, at) => (at === kept ? number + 1 : number));
  return `>=${version},<${above.join('.')}`;
}

function leftmost(numbers: readonly number[]): number {
  const at = numbers.findIndex((number) => number > 0);
  return at === -1 ? numbers.length - 1 : at;
}
