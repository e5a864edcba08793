import type { ContentDeclaration } from '../contract.ts';

/** Weak spots in Python, JavaScript and R code, by syntax tree. */
export const weaknessesDeclaration: ContentDeclaration = {
  id: 'weaknesses',
  version: 15,
  looksAt: 'content',
  ecosystems: 'every',
  emits: ['weakness'],
  sees: 'Calls and settings in Python, JavaScript and R source that are known weaknesses (CWE): code and commands made from data, unsafe deserialisation, TLS checks switched off, cleartext transfer, broken hashes and ciphers, SQL put together from strings, values of a web request that reach files, pages, addresses or queries, passwords in the code, protections switched off, and others.',
  cannotSee:
    'Whether outsiders can reach the place, values that come from another file or through several functions, and weaknesses of design; of very large files only the first 2 MB are read, and JavaScript bundles that nothing runs but a browser are not.',
};
