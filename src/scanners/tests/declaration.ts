import type { ContentDeclaration } from '../contract.ts';

/** Tells how much test code a distribution would install: it is of no use there, and it is code that nobody looks at. */
export const testsDeclaration: ContentDeclaration = {
  id: 'tests',
  version: 2,
  looksAt: 'content',
  ecosystems: 'every',
  emits: ['tests'],
  sees: 'Test code that would be installed: folders and files that go by the names test runners collect, with count and size. Of R packages also whether they bring tests of their own, which R does not install, and with which framework.',
  cannotSee:
    'Tests under other names, and what the tests do; folders called "test" without a test file in them are taken for features.',
};
