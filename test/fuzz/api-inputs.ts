/** Inputs for an operation, drawn from its own schemas in the OpenAPI document: mostly what fits, and now and then what does not. */
import fc, { type Arbitrary } from 'fast-check';
import { z } from 'zod';

const schemaType = z.union([z.string(), z.array(z.string())]);
export interface Schema {
  readonly $ref?: string | undefined;
  readonly type?: z.infer<typeof schemaType> | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly allOf?: readonly Schema[] | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: Schema | undefined;
  readonly pattern?: string | undefined;
  readonly format?: string | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly maxItems?: number | undefined;
  readonly examples?: readonly unknown[] | undefined;
}
export const schema: z.ZodType<Schema> = z.lazy(() =>
  z.looseObject({
    $ref: z.string().optional(),
    type: schemaType.optional(),
    enum: z.array(z.unknown()).optional(),
    oneOf: z.array(schema).optional(),
    anyOf: z.array(schema).optional(),
    allOf: z.array(schema).optional(),
    properties: z.record(z.string(), schema).optional(),
    required: z.array(z.string()).optional(),
    items: schema.optional(),
    pattern: z.string().optional(),
    format: z.string().optional(),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    maxItems: z.number().optional(),
    examples: z.array(z.unknown()).optional(),
  }),
);

/** What inputs are drawn from beside the schemas: ids, digests and names that answers have shown. */
export interface Known {
  /** Something that was seen and looks like the example, if there is any. */
  like(example: string): readonly string[];
}

/** Longer texts say nothing new, and make a run slow. */
const LONGEST_TEXT = 400;

/** What has broken other services: no character, half of one, control and bidirectional characters, other languages, paths, queries. */
const NASTY_TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\u202e',
  '\r\nset-cookie: a=b',
  "'; drop table requests; --",
  '../../etc/passwd',
  '%2e%2e%2f',
  '%00',
  '%zz',
  '*',
  '{{7*7}}',
  '\u{1f9ea}'.repeat(50),
  'é'.repeat(300),
  'x'.repeat(20_000),
  '-1',
  '0',
  '1e309',
  '99999999999999999999',
  'null',
  'true',
  '[]',
  '{}',
] as const;
const NASTY_VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  [],
  {},
  [[[[[[]]]]]],
  { __proto__: null, constructor: { prototype: { admin: true } } },
  Array.from({ length: 2000 }, () => 'x'),
];

export const nastyText: Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NASTY_TEXTS),
  fc.string({ unit: 'binary', maxLength: 60 }),
);
const nasty: Arbitrary<unknown> = fc.oneof(nastyText, fc.constantFrom(...NASTY_VALUES));

/** Values that fit the schema; one in so many parts does not. */
export function valuesOf(all: Readonly<Record<string, Schema>>, known: Known, root: Schema): Arbitrary<unknown> {
  const draw = (given: Schema, depth: number): Arbitrary<unknown> => {
    const fitting = fits(given, depth);
    return fc.oneof({ weight: 14, arbitrary: fitting }, { weight: 1, arbitrary: nasty });
  };
  const fits = (given: Schema, depth: number): Arbitrary<unknown> => {
    const name = given.$ref?.split('/').at(-1);
    if (name !== undefined) return fits(all[name] ?? {}, depth);
    if (given.enum !== undefined) return fc.constantFrom(...given.enum);
    const choices = given.oneOf ?? given.anyOf;
    if (choices !== undefined) return fc.oneof(...choices.map((one) => draw(one, depth)));
    if (given.allOf?.[0] !== undefined) return fits(given.allOf[0], depth);
    const types = typeof given.type === 'string' ? [given.type] : (given.type ?? ['object']);
    return fc.oneof(...types.map((type) => ofType(type, given, depth)));
  };
  const ofType = (type: string, given: Schema, depth: number): Arbitrary<unknown> => {
    switch (type) {
      case 'null':
        return fc.constant(null);
      case 'boolean':
        return fc.boolean();
      case 'integer':
      case 'number':
        return fc.integer({ min: given.minimum ?? -10, max: given.maximum ?? 1000 });
      case 'string':
        return texts(given, known);
      case 'array':
        return depth > 5
          ? fc.constant([])
          : fc.array(draw(given.items ?? {}, depth + 1), { maxLength: Math.min(given.maxItems ?? 4, 4) });
      default:
        return objects(given, depth);
    }
  };
  const objects = ({ properties = {}, required = [] }: Schema, depth: number): Arbitrary<unknown> => {
    const parts = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, draw(one, depth + 1)]));
    const whole = fc.record(parts, { requiredKeys: required.filter((name) => name in parts) });
    const wrong = fc
      .tuple(whole, nastyText, nasty)
      .map(([value, name, more]) => ({ ...value, [name.slice(0, 30)]: more }));
    const lacking = fc.record(parts, { requiredKeys: [] });
    return fc.oneof(
      { weight: 18, arbitrary: whole },
      { weight: 1, arbitrary: wrong },
      { weight: 1, arbitrary: lacking },
    );
  };
  return draw(root, 0);
}

/** Texts of a schema: seen before, like its examples, or by its pattern and length. */
export function texts(given: Schema, known: Known): Arbitrary<string> {
  const examples = (given.examples ?? []).filter((one) => typeof one === 'string');
  const seen = examples.flatMap((one) => known.like(one));
  const parts: { weight: number; arbitrary: Arbitrary<string> }[] = [];
  if (seen.length > 0) parts.push({ weight: 8, arbitrary: fc.constantFrom(...seen) });
  if (examples.length > 0) parts.push({ weight: 3, arbitrary: fc.constantFrom(...examples) });
  if (given.format === 'date-time')
    parts.push({
      weight: 3,
      arbitrary: fc.date({ noInvalidDate: true, min: new Date(0) }).map((at) => at.toISOString()),
    });
  else if (given.pattern !== undefined)
    parts.push({ weight: 2, arbitrary: fc.stringMatching(new RegExp(given.pattern, 'u')) });
  else
    parts.push({
      weight: 2,
      arbitrary: fc.string({
        unit: 'grapheme',
        minLength: given.minLength ?? 0,
        maxLength: Math.min(given.maxLength ?? LONGEST_TEXT, LONGEST_TEXT),
      }),
    });
  return fc.oneof(...parts);
}
