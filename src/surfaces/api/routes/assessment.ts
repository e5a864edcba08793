/** `/assessment`: the installation, measured by what others ask of package repositories. */
import { z } from 'zod';
import { requireMay, requireReachEverywhere } from '../../../domain/authority.ts';
import { FRAMEWORKS, type Framework, isFramework } from '../../../features/assessment/index.ts';
import { data, operation } from '../operation.ts';

const names: readonly Framework[] = Object.keys(FRAMEWORKS).filter(isFramework);
const framework = z.enum(names);
const evidence = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('test'), file: z.string(), test: z.string() }),
  z.object({ kind: z.literal('document'), file: z.string() }),
  z.object({
    kind: z.literal('running'),
    fact: z.string(),
    holds: z.boolean().nullable().meta({ description: 'null: could not be told.' }),
    detail: z.string(),
  }),
]);

export const assessment = [
  operation({
    method: 'get',
    path: '/assessment',
    id: 'assessInstallation',
    summary: 'Every principle: met, not met, or not to be told, with what shows it. Changes nothing',
    access: 'read-ledger',
    query: z.strictObject({ of: framework.optional().meta({ description: 'One framework alone.' }) }),
    answer: z.object({
      results: z.array(
        z
          .object({
            id: z.string(),
            framework,
            track: z.string(),
            level: z.int().nullable().meta({ description: 'packman calls it tier; null: its source gives none.' }),
            asks: z.string(),
            state: z.enum(['met', 'not-met', 'cannot-tell']),
            why: z.string().nullable().meta({ description: 'What is missing, or why it cannot be told.' }),
            evidence: z.array(evidence),
          })
          .meta({ id: 'AssessedPrinciple' }),
      ),
      reached: z.array(
        z.object({
          framework,
          track: z.string(),
          level: z.int().meta({ description: 'Everything up to it is met.' }),
          of: z.int(),
        }),
      ),
    }),
    async work({ app, actor, query }) {
      requireMay(actor, 'read-ledger');
      requireReachEverywhere(actor, 'read-ledger');
      const { results, reached } = await app.rooms.assessment.assess(query.of);
      return data({ results, reached });
    },
  }),
];
