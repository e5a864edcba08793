import { existsSync, readFileSync } from 'node:fs';
import { resolve as path } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Distribution } from '../../../domain/distribution.ts';
import type { CandidatePackage, CandidateView } from '../../contract.ts';
import { parseRequirement } from '../requirements.ts';
import { pypiDependencies } from '../resolve.ts';
import { pypiTargets } from '../targets.ts';

const file = path(import.meta.dirname, '../../../../../shared/data/resolver/packse-scenarios.json');

const releaseSchema = z.object({
  requires: z.array(z.string()).default([]),
  requires_python: z.string().optional(),
  extras: z.record(z.string(), z.array(z.string())).default({}),
  sdist: z.boolean().default(true),
  wheel: z.boolean().default(true),
  wheel_tags: z.array(z.string()).default(['py3-none-any']),
  yanked: z.boolean().default(false),
});
const scenarioSchema = z.object({
  name: z.string(),
  expected: z.object({
    satisfiable: z.boolean(),
    packages: z.union([z.record(z.string(), z.string()), z.array(z.unknown())]).optional(),
  }),
  root: z.object({ requires: z.array(z.string()), requires_python: z.string().optional() }),
  environment: z.object({ python: z.string(), additional_python: z.array(z.string()).optional() }).optional(),
  resolver_options: z
    .object({
      universal: z.boolean().optional(),
      python: z.string().optional(),
      prereleases: z.boolean().optional(),
      python_platform: z.string().optional(),
      no_binary: z.array(z.string()).optional(),
      no_build: z.array(z.string()).optional(),
      required_environments: z.array(z.string()).optional(),
    })
    .default({}),
  packages: z.record(z.string(), z.object({ versions: z.record(z.string(), releaseSchema) })),
});
type Scenario = z.infer<typeof scenarioSchema>;
type Release = z.infer<typeof releaseSchema>;

/** Scenarios about something that a resolution for one target does not do, and why. */
function skipReason({ resolver_options: options, expected }: Scenario): string | undefined {
  if (options.required_environments !== undefined) return 'lock mode: required environments';
  if (options.universal === true && expected.packages === undefined) return 'lock mode: all environments at once';
  if (options.prereleases === true) return 'a request has no switch that lets all pre-releases in';
  if (options.no_binary !== undefined) return 'a request has no switch that forbids wheels';
  return undefined;
}

const PRE_RELEASES =
  'pip takes pre-releases where no final release fits the range (PEP 440); uv wants them named at the root';
/** Scenarios where pip's answer, which is ours, is the opposite of the one that the table expects of uv. */
const PIP_ANSWERS: Readonly<Record<string, { readonly satisfiable: boolean; readonly why: string }>> = {
  'package-only-prereleases-in-range': { satisfiable: true, why: PRE_RELEASES },
  'transitive-package-only-prereleases-in-range': { satisfiable: true, why: PRE_RELEASES },
  'transitive-prerelease-and-stable-dependency': { satisfiable: true, why: PRE_RELEASES },
  'transitive-prerelease-and-stable-dependency-many-versions': { satisfiable: true, why: PRE_RELEASES },
  'transitive-prerelease-and-stable-dependency-many-versions-holes': { satisfiable: true, why: PRE_RELEASES },
  'transitive-yanked-and-unyanked-dependency': {
    satisfiable: true,
    why: 'pip takes a yanked release where any requirement pins it; uv where the root does',
  },
  'python-less-than-current': {
    satisfiable: false,
    why: 'uv passes over upper bounds of Requires-Python; pip does not',
  },
};

function distributionsOf(name: string, version: string, release: Release): readonly Distribution[] {
  const stem = `${name.replaceAll('-', '_')}-${version}`;
  const wheels = release.wheel ? release.wheel_tags.map((tag) => `${stem}-${tag}.whl`) : [];
  return [...wheels, ...(release.sdist ? [`${stem}.tar.gz`] : [])].map((filename) => ({
    filename,
    url: `https://upstream.example/files/${filename}`,
    source: 'upstream',
    kind: filename.endsWith('.whl') ? 'wheel' : 'sdist',
    sha256: undefined,
    size: undefined,
    uploadedAt: undefined,
    requiresRuntime: release.requires_python,
    yanked: release.yanked ? '' : false,
    metadata: undefined,
    provenanceUrl: undefined,
  }));
}

function metadataOf(name: string, version: string, release: Release): string {
  const extras = Object.entries(release.extras).flatMap(([extra, requires]) => [
    `Provides-Extra: ${extra}`,
    ...requires.map((one) => `Requires-Dist: ${withExtra(one, extra)}`),
  ]);
  const python = release.requires_python === undefined ? [] : [`Requires-Python: ${release.requires_python}`];
  const requires = release.requires.map((one) => `Requires-Dist: ${one}`);
  return ['Metadata-Version: 2.3', `Name: ${name}`, `Version: ${version}`, ...python, ...requires, ...extras, ''].join(
    '\n',
  );
}

function withExtra(requirement: string, extra: string): string {
  const [head, marker] = requirement.split(';');
  return marker === undefined ? `${head} ; extra == '${extra}'` : `${head} ; (${marker}) and extra == '${extra}'`;
}

function viewOf(scenario: Scenario): CandidateView {
  const texts = new Map<string, string>();
  const packages = new Map<string, CandidatePackage>();
  for (const [name, { versions }] of Object.entries(scenario.packages)) {
    const releases = Object.entries(versions).map(([version, release]) => {
      const distributions = distributionsOf(name, version, release);
      for (const one of distributions) texts.set(one.url, metadataOf(name, version, release));
      return { version, distributions, preference: 0 };
    });
    packages.set(name, { status: 'found', releases });
  }
  return {
    package: async (name) => packages.get(name) ?? { status: 'unknown' },
    metadata: async ({ url }) => ({ text: texts.get(url) ?? '' }),
    // The scenarios are about what is installed; their sources build out of themselves.
    buildRequires: async () => ({ status: 'found', requires: [] }),
  };
}

function targetOf({ environment, resolver_options: options }: Scenario) {
  const python = options.python ?? environment?.python ?? '3.12';
  const [, minor = '', patch] = python.split('.');
  const platform = options.python_platform === 'x86_64-manylinux2014' ? 'manylinux_2_17' : 'manylinux_2_28';
  const target = pypiTargets.parse(`cp3${minor}${patch === undefined ? '' : `.${patch}`}-${platform}_x86_64`);
  if (target === undefined) throw new TypeError(`no target for Python ${python}`);
  return target;
}

async function run(scenario: Scenario) {
  const roots = scenario.root.requires.map((text) => {
    const requirement = parseRequirement(text);
    if (requirement === undefined) throw new TypeError(`no requirement: ${text}`);
    return { name: requirement.name, extras: requirement.extras, range: requirement.specifiers.text };
  });
  const allowSdists = scenario.resolver_options.no_build === undefined;
  return await pypiDependencies.resolve(roots, viewOf(scenario), targetOf(scenario), { allowSdists });
}

describe.skipIf(!existsSync(file))('packse scenarios (skipped where the shared test data is absent)', () => {
  const scenarios = existsSync(file) ? z.array(scenarioSchema).parse(JSON.parse(readFileSync(file, 'utf8'))) : [];
  for (const scenario of scenarios) {
    const skip = skipReason(scenario);
    const pip = PIP_ANSWERS[scenario.name];
    const note = skip ?? pip?.why;
    it.skipIf(skip !== undefined)(`${scenario.name}${note === undefined ? '' : ` (${note})`}`, async () => {
      const resolution = await run(scenario);
      expect(resolution.status, JSON.stringify(resolution)).toBe(
        (pip ?? scenario.expected).satisfiable ? 'resolved' : 'unsatisfiable',
      );
      if (resolution.status !== 'resolved' || scenario.expected.packages === undefined) return;
      const chosen = Object.fromEntries(resolution.releases.map(({ name, version }) => [name, version]));
      expect(chosen).toEqual(scenario.expected.packages);
    });
  }
});
