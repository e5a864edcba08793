import { expect, it } from 'vitest';
import { cranProjectFiles } from './project-files.ts';

it('reads renv.lock, and refuses what comes from elsewhere', () => {
  const text = (source: string) =>
    JSON.stringify({ R: {}, Packages: { lme4: { Package: 'lme4', Version: '1.1-35.5', Source: source } } });
  expect(cranProjectFiles.read('renv.lock', text('Repository'))).toEqual([{ name: 'lme4', version: '1.1-35.5' }]);
  expect(() => cranProjectFiles.read('renv.lock', text('GitHub'))).toThrow('lme4 comes from GitHub');
  expect(cranProjectFiles.read('renv.lock', '{}')).toBeUndefined();
});

it('reads what a DESCRIPTION installs along, without R and what comes with it', () => {
  const text =
    'Package: me\nVersion: 1.0\nDepends: R (>= 4.1), methods\nImports: Rcpp (>= 1.0.5), DBI\nSuggests: testthat\n';
  expect(cranProjectFiles.read('DESCRIPTION', text)).toEqual([
    { name: 'Rcpp', version: null, range: '>= 1.0.5' },
    { name: 'DBI', version: null },
  ]);
});
