import type { ContentDeclaration } from '../contract.ts';

/** What a project writes beside its code, as far as a package carries it: the evaluation guide asks for most of it. */
export const documentsDeclaration: ContentDeclaration = {
  id: 'documents',
  version: 2,
  looksAt: 'content',
  ecosystems: 'every',
  emits: ['maintenance'],
  sees: 'Whether a distribution says how to report a flaw (a security policy, an address in the metadata, a sentence in the documents), has a changelog, notes for contributors, a README or other documentation, sections on secure use, words about what it defends against and about compatibility, configuration of automatic tests, and notes of things to do in the comments of its code (TODO, FIXME, XXX, HACK), with their number and places.',
  cannotSee:
    'What stands in the source repository or on the web alone: wheels carry little beside code. Whether the documents are true, up to date or any good, whether automatic tests pass or ever ran, and things to do that are noted elsewhere or in other words.',
};
