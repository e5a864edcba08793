import type { ContentDeclaration } from '../contract.ts';

/** What a release is able to do, by what its code imports and calls. */
export const capabilitiesDeclaration: ContentDeclaration = {
  id: 'capabilities',
  version: 14,
  looksAt: 'content',
  ecosystems: 'every',
  emits: ['capability'],
  sees: 'What the code can do, by imports and calls in Python, JavaScript and R and by compiled files: network, processes, file writing, native code, code generation, environment, credentials, clipboard, threads, signals.',
  cannotSee:
    'What dependencies and compiled code can do, what is reached by names made at run time, and whether a capability is ever used. JavaScript bundles that nothing runs but a browser are looked through by words alone.',
};
