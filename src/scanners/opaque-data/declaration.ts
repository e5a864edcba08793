import type { ContentDeclaration } from '../contract.ts';

/** Answers the policy's question about data coming in through a package index: what in here can nobody read? */
export const opaqueDataDeclaration: ContentDeclaration = {
  id: 'opaque-data',
  version: 3,
  looksAt: 'content',
  ecosystems: 'every',
  emits: ['opaque-data'],
  sees: 'Bytes that are neither text nor a format known by its signature, source files whose bytes are no text, pickles, archives inside the distribution, and long base64 or hexadecimal blocks in texts, each with size and entropy, and their total.',
  cannotSee:
    'What the bytes mean, data hidden inside images, compiled code and other known formats, and files whose first bytes imitate one.',
};
