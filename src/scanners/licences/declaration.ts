import type { ContentDeclaration } from '../contract.ts';

/** Under which licences a release stands: what it declares, what its files say, and where the two disagree. */
export const licencesDeclaration: ContentDeclaration = {
  id: 'licences',
  version: 6,
  looksAt: 'content',
  ecosystems: 'every',
  emits: ['licence'],
  sees: 'The licence that the metadata inside the file declares (expression, field, classifiers; in SPDX normal form), the texts of the SPDX License List in licence files and comments, SPDX tags, the usual sentences of headers, names alone in headers, banners and __license__ (less sure), families that are named without saying which, texts that are like a licence but changed, cut or limited ("non-commercial"), what a declaration takes back of the licence that it names, the usual exceptions, licences that are not declared, a declaration that its licence file contradicts, promised licence files that are missing, and who claims the copyright.',
  cannotSee:
    'Whether licences fit together or what they mean for a use; licences of code whose header was removed, texts in other languages than English, texts that differ much from the SPDX List (named as unrecognised), a small change inside a text (taken for that licence), statements in README files, in binaries or behind the first 8 MiB of a file. A text alone does not say "or later".',
};
