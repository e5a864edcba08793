import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { prerelease, satisfies } from 'semver';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isAffected } from '../../domain/advisory-range.ts';
import { npm } from '../../ecosystems/npm/index.ts';
import { mergeAliases } from './merge.ts';
import { type AdvisoryDocument, readRecord } from './record.ts';

const DATA = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data', 'advisories', 'npm.jsonl.gz');
const { compare, normalise } = npm.versions;
const answerSchema = z.record(
  z.string(),
  z.array(z.object({ id: z.number().int(), url: z.string(), vulnerable_versions: z.string() })),
);

describe.skipIf(!existsSync(DATA))('audits of npm over real records (shared data)', () => {
  const documents: readonly AdvisoryDocument[] = (
    existsSync(DATA) ? gunzipSync(readFileSync(DATA)).toString('utf8').split('\n') : []
  )
    .filter((line) => line !== '')
    .flatMap((line) => {
      const read = readRecord(JSON.parse(line), 'line', (_, name) => npm.names.normalise(name));
      return read.status === 'read' ? [read.document] : [];
    });
  const names = [...new Set(documents.flatMap(({ packages }) => packages.map(({ name }) => name)))];

  // npm asks with the versions that it has and then looks itself which lie in `vulnerable_versions`: both must agree.
  it('name ranges that hold exactly the versions that they are about', () => {
    expect(documents.length).toBeGreaterThan(400);
    let compared = 0;
    for (const name of names) {
      const own = documents.filter(({ packages }) => packages.some((one) => one.name === name));
      const advisories = mergeAliases(own, 'npm', name);
      const versions = around(own, name);
      const bulk = new TextEncoder().encode(JSON.stringify({ [name]: versions }));
      const question = npm.protocol.audit?.read('-/npm/v1/security/advisories/bulk', bulk);
      if (question === undefined) throw new RangeError(name);
      const body = npm.protocol.audit?.answer(question, new Map([[name, advisories]]));
      const answer = answerSchema.parse(JSON.parse(new TextDecoder().decode(body)));
      const told = answer[name] ?? [];
      expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
      for (const advisory of advisories) {
        const range = told.find(({ url }) => url.endsWith(`/${advisory.id}`))?.vulnerable_versions;
        for (const version of versions) {
          const affected = isAffected(version, advisory, compare);
          const said = range !== undefined && satisfies(version, range, { includePrerelease: true, loose: true });
          expect([version, said], `${advisory.id} ${name}: ${range}`).toEqual([version, affected]);
          compared += 1;
        }
      }
    }
    expect(compared).toBeGreaterThan(1000);
  });
});

/** Every version that a record names, with one just below and one just above it. */
function around(documents: readonly AdvisoryDocument[], name: string): readonly string[] {
  const named = documents
    .flatMap(({ packages }) => packages.filter((one) => one.name === name))
    .flatMap(({ ranges, versions }) => [...versions, ...ranges.flat().map(({ version }) => version)])
    .flatMap((text) => normalise(text) ?? []);
  const [first = '1.0.0'] = named;
  const near = [first, ...named].flatMap((version) => {
    const [core = '0.0.0'] = version.split(/[-+]/);
    const [major = 0, minor = 0, patch = 0] = core.split('.').map(Number);
    const below = prerelease(version) === null ? [`${core}-0`] : [];
    return [version, ...below, `${major}.${minor}.${patch + 1}`, `${major + 1}.0.0`, '0.0.1'];
  });
  return [...new Set(near)];
}
