/** `pratique assess` on a server elsewhere. */
import { z } from 'zod';
import { FACTS, type FactName, isFramework } from '../../../features/assessment/index.ts';
import { assessmentAnswer, assessOptions, demanded } from '../commands/assess.ts';
import type { RemoteWork } from './work.ts';

const framework = z.string().refine(isFramework);
const fact = z.string().refine((text): text is FactName => Object.hasOwn(FACTS, text));
const evidence = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('test'), file: z.string(), test: z.string() }),
  z.object({ kind: z.literal('document'), file: z.string() }),
  z.object({ kind: z.literal('running'), fact, holds: z.boolean().nullable(), detail: z.string() }),
]);
const assessment = z.object({
  results: z.array(
    z.object({
      ...{ id: z.string(), framework, track: z.string(), level: z.int().nullable(), asks: z.string() },
      state: z.enum(['met', 'not-met', 'cannot-tell']),
      ...{ why: z.string().nullable(), evidence: z.array(evidence) },
    }),
  ),
  reached: z.array(z.object({ framework, track: z.string(), level: z.int(), of: z.int() })),
});

export const assessmentWorks: Readonly<Record<string, RemoteWork>> = {
  async assess({ remote }, given) {
    const [{ level, of }] = z.tuple([assessOptions]).parse(given);
    const least = demanded(level);
    return assessmentAnswer(await remote.ask(assessment, { method: 'GET', path: '/assessment', query: { of } }), least);
  },
};
