/** Signs in scripts for a shell, which have no tree. */
import type { Said } from './signs.ts';
import { literalSigns } from './source-signs.ts';
import { scriptSigns } from './text-signs.ts';

/** A script for a shell is not read as source: what it ties to the network or runs from there is told all the same. */
export function shellSigns(path: string, text: string): readonly Said[] {
  if (!/[.](?:sh|bash|zsh|ksh)$/.test(path) && !/^#![^\n]{0,40}\b(?:ba|da|z|k)?sh\b/.test(text)) return [];
  const shells = literalSigns(text).filter(({ sign }) => sign === 'reverse-shell');
  return [...shells, ...scriptSigns(text)];
}
