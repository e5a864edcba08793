import type { ContentDeclaration } from '../contract.ts';

/** Answers the policy's question about data coming in through a package index: what in here can nobody read? */
export const opaqueDataDeclaration: ContentDeclaration = {
  id: 'opaque-data',
  version: 6,
  looksAt: 'content',
  ecosystems: 'every',
  emits: ['opaque-data'],
  sees: 'Bytes that are neither text nor a format known by its signature, source files whose bytes are no text, pickles, tables and archives inside the distribution, bytes behind the end of a PNG, GIF, JPEG, RIFF, WOFF or PDF file, parts of a PNG that no standard names, and files that only begin like one, and long blocks in texts in base64, base32, base85, hexadecimal digits or bytes written one by one, each with size and entropy, and their total.',
  cannotSee:
    'What the bytes mean, data hidden in the picture itself or in named parts of images, in documents, compiled code and other known formats, in certificates in PEM (at most 4096 bytes each, and 500 in a file), files of other formats whose first bytes imitate one, and data spelled in words or spread over many short strings.',
};
