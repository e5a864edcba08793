import type { ContentDeclaration } from '../contract.ts';

/**
 * Finds keys, tokens and passwords in the bytes of any file. Never repeats one whole: evidence is read by more people
 * than should have it.
 */
export const secretsDeclaration: ContentDeclaration = {
  id: 'secrets',
  version: 8,
  looksAt: 'content',
  ecosystems: 'every',
  emits: ['secret'],
  sees: 'Keys, tokens and passwords in any file, binary ones included: some hundred and eighty formats of known issuers, checked by their checksum or structure where they have one, private keys, credentials in URLs, hashes of passwords beside their accounts, and random-looking values that languages, settings, commands, requests, tables and notebooks give to names of secrets or to calls that take one; in tests and documentation they weigh less.',
  cannotSee:
    'Secrets that are split, encrypted, compressed or encoded, in UTF-16, that look like ordinary words, or that lie beyond the first 8 MiB of a file; and whether a secret is still valid.',
};
