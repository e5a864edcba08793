/** What a trial's program prints, read as what it is: one line of JSON for each step, in the form of `src/domain/trial.ts`. */
import { z } from 'zod';
import type { ImportStep, InstallStep, TestStep, TrialReport, TrialSteps } from '../../domain/trial.ts';
import type { CageOutcome } from '../../platform/sandbox/port.ts';

const releases = z.array(z.object({ name: z.string(), version: z.string() }));
const limit = z.object({
  status: z.literal('ended-at-limit'),
  limit: z.enum(['time', 'memory', 'output', 'other']),
  last: z.string(),
});
const install: z.ZodType<InstallStep> = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('installed'),
    releases,
    warnings: z.array(z.string()),
  }),
  z.object({ status: z.literal('refused'), last: z.string() }),
  limit,
]);
const missing = z.array(z.object({ file: z.string(), library: z.string() }));
const libraries = z.object({ missing });
const imports: z.ZodType<ImportStep> = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('imported'),
    modules: z.array(z.object({ name: z.string(), error: z.string().nullable() })),
    warnings: z.array(z.string()),
  }),
  limit,
]);
const tests: z.ZodType<TestStep> = z.discriminatedUnion('status', [
  z.object({
    ...{ status: z.literal('ran'), runner: z.string(), last: z.string() },
    ...{ passed: z.number(), failed: z.number(), skipped: z.number(), seconds: z.number() },
  }),
  z.object({ status: z.literal('none'), reason: z.string() }),
  z.object({ status: z.literal('not-runnable'), reason: z.string() }),
  limit,
]);

/** What a trial's program said of each step; a step that it said nothing of did not end, and those behind it were not reached. */
export function readSteps(run: Extract<CageOutcome, { status: 'ran' }>): TrialSteps {
  const said = new Map(run.stdout.split('\n').flatMap(readLine));
  const cut = { status: 'ended-at-limit', limit: run.ending === 'exited' ? 'other' : run.ending, last: '' } as const;
  const notReached = { status: 'not-reached' } as const;
  const installed = install.safeParse(said.get('install')).data ?? cut;
  const imported = imports.safeParse(said.get('imports')).data;
  return {
    install: installed,
    imports: imported ?? (installed.status === 'installed' ? cut : notReached),
    missingLibraries: libraries.safeParse(said.get('libraries')).data?.missing ?? [],
    tests: tests.safeParse(said.get('tests')).data ?? (imported === undefined ? notReached : cut),
    wallMs: run.wallMs,
    peakBytes: run.peakBytes,
  };
}

const stepLine = z.object({ step: z.string() });

function readLine(line: string): readonly (readonly [string, unknown])[] {
  if (line === '') return [];
  try {
    const said: unknown = JSON.parse(line);
    return [[stepLine.parse(said).step, said]];
  } catch {
    return [];
  }
}

const reached = z.object({ status: z.literal('not-reached') });

/** A report as it is kept. */
export const trialReportSchema: z.ZodType<TrialReport, unknown> = z.object({
  target: z.string(),
  machine: z.string(),
  resolved: releases,
  forBuilds: releases,
  install,
  imports: z.union([imports, reached]),
  missingLibraries: missing,
  tests: z.union([tests, reached]),
  wallMs: z.number(),
  peakBytes: z.number(),
});
