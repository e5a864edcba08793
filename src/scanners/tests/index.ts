import type { ContentFile } from '../../domain/content.ts';
import { counted } from '../../domain/counted.ts';
import type { Finding } from '../../domain/evidence.ts';
import { purlOf } from '../../domain/purl.ts';
import { isTestFile, testFolderOf } from '../../domain/test-code.ts';
import type { ContentScanner } from '../contract.ts';
import { testsDeclaration } from './declaration.ts';
import { RTestCode } from './r-tests.ts';

/** Folders named in the finding; the counts go on. */
const MAX_FOLDERS = 50;

interface TestFolder {
  files: number;
  bytes: number;
  /** Whether what it holds proves that it is test code. */
  certain: boolean;
}

/** Adds files up by the outermost test folder that holds them. */
class TestCode {
  private readonly folders = new Map<string, TestFolder>();
  private loose: TestFolder & { first: string | undefined } = { files: 0, bytes: 0, certain: true, first: undefined };
  private bytes = 0;

  add({ path, size }: ContentFile): void {
    this.bytes += size;
    const isTest = isTestFile(path.slice(path.lastIndexOf('/') + 1));
    const within = testFolderOf(path);
    if (within === undefined) {
      if (isTest) this.addLoose(path, size);
      return;
    }
    const key = within.folder;
    const folder = this.folders.get(key) ?? { files: 0, bytes: 0, certain: within.certain };
    folder.files += 1;
    folder.bytes += size;
    folder.certain ||= isTest;
    this.folders.set(key, folder);
  }

  findings(subject: string): readonly Finding[] {
    const folders = [...this.folders].filter(([, { certain }]) => certain).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const parts = [...folders.map(([, folder]) => folder), this.loose];
    const files = parts.reduce((sum, part) => sum + part.files, 0);
    if (files === 0) return [];
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    const percent = this.bytes === 0 ? 0 : Math.round((bytes / this.bytes) * 100);
    const named = folders.slice(0, MAX_FOLDERS).map(([path]) => path);
    const where = folders.length === 0 ? 'outside test folders' : `in ${counted(folders.length, 'test folder')}`;
    return [
      {
        kind: 'tests',
        severity: 'info',
        subject,
        summary: `${counted(files, 'file')} of test code ${where}: ${bytes} bytes, ${percent} % of what is installed`,
        location: named[0] ?? this.loose.first,
        data: { code: 'test-code', files, bytes, percent, folders: named, folderCount: folders.length },
      },
    ];
  }

  private addLoose(path: string, size: number): void {
    this.loose.files += 1;
    this.loose.bytes += size;
    if (this.loose.first === undefined || path < this.loose.first) this.loose.first = path;
  }
}

/** Tells how much test code a distribution would install: it is of no use there, and it is code that nobody looks at. */
export const testsScanner: ContentScanner = {
  ...testsDeclaration,
  inspect({ ecosystem, name, version, filename }) {
    if (ecosystem === 'cran') {
      const code = new RTestCode();
      return {
        file: (file) => code.add(file),
        done: () => ({ status: 'completed', findings: code.findings(purlOf({ ecosystem, name, version })) }),
      };
    }
    if (ecosystem === 'pypi' && !filename.endsWith('.whl')) {
      const reason = 'a source distribution is expected to carry its tests';
      return { file: () => undefined, done: () => ({ status: 'not-applicable', reason }) };
    }
    const code = new TestCode();
    return {
      file: (file) => code.add(file),
      done: () => ({ status: 'completed', findings: code.findings(purlOf({ ecosystem, name, version })) }),
    };
  },
};
