/** Whether a release can be installed from its tree alone, and imported. */
import { excerpt } from '../../domain/content.ts';
import type { Finding } from '../../domain/evidence.ts';
import { endingOf, type TrialReport } from '../../domain/trial.ts';
import type { VersionRules } from '../../ecosystems/contract.ts';
import type { Scanner, Subject } from '../contract.ts';

export const installProofScanner: Scanner<'trial'> = {
  id: 'install-proof',
  version: 6,
  looksAt: 'trial',
  ecosystems: ['pypi', 'npm', 'cran'],
  emits: ['installation', 'unsatisfied-dependency'],
  staleAfterHours: null,
  sees: 'Whether the stock client of this machine installs the release in a cage without network from the files of its tree alone, whether it takes the releases that were resolved, whether the top-level modules import (npm: whether the package loads by its name; R: whether it can be attached), all without lifecycle scripts where npm has such, and which system libraries compiled code asks for in vain; with duration and memory.',
  cannotSee:
    'Other targets than this machine, modules below the top level, libraries that are loaded by a name made at run time, and what code does that knows it is being tried. In R, what the tree lacks and comes with R itself (the base and recommended packages) is there all the same. By default only the root of a tree is tried.',
  async scan(subject, { ecosystem }) {
    const { trial } = subject;
    if (trial.status !== 'tried') return trial;
    const about = new Claims(subject, trial.report);
    return {
      status: 'completed',
      findings: [...about.installed(ecosystem.versions), ...about.imported(), ...about.libraries()],
    };
  },
};

/** What loaders say of a library that is not there, glibc's and musl's. */
const NO_LIBRARY =
  /\b(lib[\w.+-]+\.so[.\d]*): (?:cannot open shared object file|No such file)|Error loading shared library (lib[\w.+-]+\.so[.\d]*)/;

class Claims {
  private readonly subject: Subject<'trial'>;
  private readonly report: TrialReport;

  constructor(subject: Subject<'trial'>, report: TrialReport) {
    this.subject = subject;
    this.report = report;
  }

  installed({ compare }: VersionRules): readonly Finding[] {
    const { install, target, machine, wallMs, peakBytes } = this.report;
    const place = { target, machine, wallMs, peakBytes };
    switch (install.status) {
      case 'refused':
        return [
          this.finding(
            'not-installable',
            'high',
            `cannot be installed from its tree on ${target}: ${excerpt(install.last)}`,
            place,
          ),
        ];
      case 'ended-at-limit':
        return [
          this.finding('install-at-limit', 'medium', `installing ${endingOf(install.limit)}`, {
            ...place,
            limit: install.limit,
          }),
        ];
      case 'not-reached':
        return [];
      case 'installed': {
        const { releases, warnings } = install;
        const seconds = (wallMs / 1000).toFixed(1);
        const mib = Math.round(peakBytes / 1024 / 1024);
        const count = `${releases.length} ${releases.length === 1 ? 'release' : 'releases'}`;
        return [
          this.finding(
            'installed',
            'info',
            `installs from its tree alone on ${machine}, as ${target}: ${count}, ${seconds} s and ${mib} MiB${this.began()}`,
            {
              ...place,
              releases: releases.map(({ name, version }) => `${name} ${version}`),
            },
          ),
          ...this.differing(releases, compare),
          ...warnings.map((text) => this.finding('install-warning', 'info', excerpt(text), {})),
        ];
      }
    }
  }

  /** What time and memory are of beside the installation: what did not begin is not told as if it had. */
  private began(): string {
    const { imports, tests } = this.report;
    const began = [
      ...(imports.status === 'not-reached' ? [] : ['import']),
      ...(tests.status === 'ran' || tests.status === 'ended-at-limit' ? ['tests'] : []),
    ];
    const what = began.length === 0 ? '' : ` with its ${began.join(' and ')}`;
    return began.includes('tests') ? what : `${what}; no tests were run`;
  }

  /** The stock client is right about what it will do; a difference is an error of ours, or a marker of this very machine. */
  private differing(installed: TrialReport['resolved'], compare: VersionRules['compare']): readonly Finding[] {
    const { resolved, forBuilds } = this.report;
    const has = (all: TrialReport['resolved'], one: TrialReport['resolved'][number]) =>
      all.some(({ name, version }) => name === one.name && compare(version, one.version) === 0);
    const more = installed.filter((one) => !has(resolved, one)).map(({ name, version }) => `${name} ${version}`);
    const less = resolved
      .filter((one) => !has(installed, one) && !has(forBuilds, one))
      .map(({ name, version }) => `${name} ${version}`);
    if (more.length + less.length === 0) return [];
    const words = [
      ...(more.length === 0 ? [] : [`takes ${more.join(', ')}`]),
      ...(less.length === 0 ? [] : [`does not take ${less.join(', ')}`]),
    ].join(' and ');
    const summary = `the stock client chooses another tree than was resolved: it ${words}`;
    return [{ ...this.finding('other-tree', 'medium', summary, { more, less }), kind: 'unsatisfied-dependency' }];
  }

  imported(): readonly Finding[] {
    const { imports } = this.report;
    switch (imports.status) {
      case 'not-reached':
        return [];
      case 'ended-at-limit':
        return [
          this.finding('import-at-limit', 'medium', `${imports.last || 'its import'} ${endingOf(imports.limit)}`, {
            limit: imports.limit,
          }),
        ];
      case 'imported': {
        const failed = imports.modules.flatMap(({ name, error }) => (error === null ? [] : [{ name, error }]));
        return [
          ...failed.map(
            ({ name, error }): Finding => ({
              ...this.finding('import-failed', 'medium', `import ${name} fails: ${excerpt(error)}`, { error }),
              location: name,
            }),
          ),
          ...imports.warnings.map((text) => this.finding('import-warning', 'info', excerpt(text), {})),
        ];
      }
    }
  }

  /** By library: what compiled files name, and what failing imports say. */
  libraries(): readonly Finding[] {
    const { imports, missingLibraries } = this.report;
    const files = Map.groupBy(missingLibraries, ({ library }) => library);
    const said = imports.status === 'imported' ? imports.modules : [];
    for (const { name, error } of said) {
      const match = NO_LIBRARY.exec(error ?? '');
      const library = match?.[1] ?? match?.[2];
      if (library !== undefined && !files.has(library)) files.set(library, [{ file: name, library }]);
    }
    return [...files]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([library, needing]): Finding => {
        const [first] = needing;
        const others = needing.length > 1 ? ` and ${needing.length - 1} more` : '';
        const summary = `needs the system library ${excerpt(library)}, which is not there (${excerpt(first?.file ?? '')}${others})`;
        const data = { library, files: needing.map(({ file }) => file) };
        return {
          ...this.finding('missing-library', 'medium', summary, data),
          kind: 'unsatisfied-dependency',
          location: first?.file,
        };
      });
  }

  private finding(code: string, severity: Finding['severity'], summary: string, data: Finding['data']): Finding {
    const { purl } = this.subject;
    return { kind: 'installation', severity, subject: purl, summary, location: undefined, data: { code, ...data } };
  }
}
