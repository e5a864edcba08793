import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { findPip } from './pip-client.ts';

const ENTRY = join(import.meta.dirname, '..', '..', '..', 'bin', 'pratique.mjs');
/** A whole journey with a real client, on a machine under load: milliseconds. */
const PATIENCE_MS = 300_000;

const report = z.object({
  schema: z.literal('pratique.demo/1'),
  ok: z.boolean(),
  steps: z.array(z.object({ name: z.string(), ok: z.boolean(), ms: z.number() })),
  ecosystems: z.object({
    pypi: z.object({
      upstream: z.string(),
      package: z.string(),
      cleared: z.number(),
      installed: z.array(z.string()),
      refusal: z.string(),
      denied: z.string(),
    }),
  }),
});

it(
  'goes through offline as the contract describes it, and leaves nothing behind',
  async (context) => {
    if ((await findPip('.')) === undefined) context.skip('pip: not on this machine');
    const { PRATIQUE_HOME: _home, PRATIQUE_AS: _as, DATABASE_URL: _url, ...env } = process.env;
    const args = [ENTRY, 'demo', '--ecosystem', 'pypi', '--offline', '--json'];
    const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, args, { env }, (_error, out, err) => resolve({ stdout: out, stderr: err }));
    });
    const { ok, steps, ecosystems } = report.parse(JSON.parse(stdout));
    expect({ ok, failed: steps.filter((step) => !step.ok), stderr: ok ? '' : stderr }).toEqual({
      ok: true,
      failed: [],
      stderr: '',
    });
    expect(ecosystems.pypi).toMatchObject({ upstream: 'made-here', package: 'tidewater', cleared: 3 });
    expect(ecosystems.pypi.installed.join(' ')).toMatch(/estuary.*harbour.*tidewater/);
    expect(ecosystems.pypi.refusal).toMatch(/tidewater/);
    expect(ecosystems.pypi.denied).toMatch(/QUARANTINED/);
    const home = /home (\S+)/.exec(stderr)?.[1] ?? '';
    expect({ home: home === '' ? 'not said' : 'said', isThere: existsSync(home) }).toEqual({
      home: 'said',
      isThere: false,
    });
  },
  PATIENCE_MS,
);
