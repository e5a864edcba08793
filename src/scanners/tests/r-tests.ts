/** Test code of R packages: what lies in `tests` is run by checks and not installed, what lies in `inst` is installed. */
import type { ContentFile } from '../../domain/content.ts';
import { counted } from '../../domain/counted.ts';
import type { Finding } from '../../domain/evidence.ts';

/** Below the package's folder, where R's own checks look ("Writing R Extensions", 1.1.5). */
const OWN = /^[^/]+\/tests\//;
/** What frameworks look for once a package is installed (tinytest, RUnit, older testthat); a built package has no `inst`. */
const INSTALLED = /^[^/]+\/(?:inst\/)?(?:tinytest|unitTests|tests)\//;

const FRAMEWORKS: readonly (readonly [name: string, path: RegExp])[] = [
  ['testthat', /\/testthat(?:\/|\.R$)/],
  ['tinytest', /\/tinytest(?:\/|\.R$)/],
  ['RUnit', /\/(?:unitTests\/|[^/]*RUnit[^/]*\.R$)/],
];

interface Count {
  files: number;
  bytes: number;
  first: string | undefined;
}

/** Adds up test code by whether it is installed. */
export class RTestCode {
  private readonly own: Count = { files: 0, bytes: 0, first: undefined };
  private readonly installed: Count = { files: 0, bytes: 0, first: undefined };
  private readonly frameworks = new Set<string>();
  private isBuilt = false;

  add({ path, size }: ContentFile): void {
    // Only packages that were built have this folder ("R Internals", 1.6).
    if (/^[^/]+\/Meta\//.test(path)) this.isBuilt = true;
    const isOwn = OWN.test(path);
    if (!isOwn && !INSTALLED.test(path)) return;
    const count = isOwn ? this.own : this.installed;
    count.files += 1;
    count.bytes += size;
    if (count.first === undefined || path < count.first) count.first = path;
    for (const [name, pattern] of FRAMEWORKS) if (pattern.test(path)) this.frameworks.add(name);
  }

  findings(subject: string): readonly Finding[] {
    const frameworks = [...this.frameworks].toSorted();
    const with_ = frameworks.length === 0 ? '' : ` (${frameworks.join(', ')})`;
    const of = (code: string, summary: string, { files, bytes, first }: Count): Finding => ({
      ...{ kind: 'tests', severity: 'info', subject, summary, location: first },
      data: { code, files, bytes, frameworks },
    });
    const { own, installed } = this;
    const found: Finding[] = [];
    // `tests` of a built package is there because somebody asked for it to be installed.
    if (own.files > 0 && !this.isBuilt)
      found.push(of('own-tests', `${files(own)} of tests of its own${with_}, which R does not install`, own));
    const there = this.isBuilt ? sum(own, installed) : installed;
    if (there.files > 0)
      found.push(
        of('test-code', `${files(there)} of test code${with_} that would be installed: ${there.bytes} bytes`, there),
      );
    if (found.length === 0 && !this.isBuilt) found.push(of('no-tests', 'It brings no tests of its own', own));
    return found;
  }
}

function files({ files: count }: Count): string {
  return counted(count, 'file');
}

function sum(a: Count, b: Count): Count {
  return { files: a.files + b.files, bytes: a.bytes + b.bytes, first: a.first ?? b.first };
}
