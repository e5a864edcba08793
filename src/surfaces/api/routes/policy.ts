/** `/policy`: the rules in force. */
import { z } from 'zod';
import { requireMaySomewhere } from '../../../domain/authority.ts';
import { digest } from '../fields.ts';
import { data, operation } from '../operation.ts';

export const policy = [
  operation({
    method: 'get',
    path: '/policy',
    id: 'showPolicy',
    summary: 'The policy in force, as it is written',
    access: 'signed-in',
    answer: z.object({
      digest,
      settings: z.record(z.string(), z.unknown()),
      rules: z.array(z.record(z.string(), z.unknown())),
      text: z.string(),
    }),
    async work({ app, actor }) {
      requireMaySomewhere(actor, 'read');
      const { digest: of, settings, rules, text } = await app.rooms.policy.current();
      return data({ digest: of, settings: { ...settings }, rules: rules.map((rule) => ({ ...rule })), text });
    },
  }),
  operation({
    method: 'post',
    path: '/policy/test',
    id: 'testPolicy',
    summary: 'Run the table of cases beside the policy. Changes nothing',
    access: 'decide',
    answer: z.object({
      summary: z.object({ passed: z.int(), failed: z.int() }),
      results: z.array(
        z.object({
          name: z.string(),
          passed: z.boolean(),
          expected: z.object({ outcome: z.string(), rules: z.array(z.string()).nullable() }),
          got: z.object({ outcome: z.string(), reasons: z.array(z.record(z.string(), z.unknown())) }),
          fault: z.string().nullable().describe('Why the case could not be tried; null where it was'),
        }),
      ),
    }),
    async work({ app, actor }) {
      requireMaySomewhere(actor, 'decide');
      const results = (await app.rooms.policy.test()).map(({ got, ...one }) => ({
        ...one,
        got: { outcome: got.outcome, reasons: got.reasons.map((reason) => ({ ...reason })) },
      }));
      const failed = results.filter(({ passed }) => !passed).length;
      return data({ summary: { passed: results.length - failed, failed }, results });
    },
  }),
];
