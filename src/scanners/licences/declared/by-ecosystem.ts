import { isPypiMetadata } from '../../syntax/fields.ts';
import { isCranMetadata, readCranDeclaration } from './cran.ts';
import type { Declaration } from './declaration.ts';
import { isNpmMetadata, readNpmDeclaration } from './npm.ts';
import { readPypiDeclaration } from './pypi.ts';

/** Where one ecosystem declares the licence of a release, inside the distribution itself. */
export interface DeclarationReader {
  isMetadata(path: string): boolean;
  read(text: string): Declaration;
}

/** A new ecosystem is a line here; without one its releases declare nothing that can be read, which is never clean. */
export const DECLARATION_READERS: Readonly<Record<string, DeclarationReader>> = {
  pypi: { isMetadata: isPypiMetadata, read: readPypiDeclaration },
  npm: { isMetadata: isNpmMetadata, read: readNpmDeclaration },
  cran: { isMetadata: isCranMetadata, read: readCranDeclaration },
};
