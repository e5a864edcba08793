import { purlOf } from '../../domain/purl.ts';
import type { ContentScanner } from '../contract.ts';
import { LicenceCollection } from './collection.ts';
import { licencesDeclaration } from './declaration.ts';
import { DECLARATION_READERS } from './declared/by-ecosystem.ts';
import { licenceFindings } from './findings.ts';

/** Under which licences a release stands: what it declares, what its files say, and where the two disagree. */
export const licencesScanner: ContentScanner = {
  ...licencesDeclaration,
  inspect({ ecosystem, name, version, filename }) {
    const readers = Object.hasOwn(DECLARATION_READERS, ecosystem) ? DECLARATION_READERS[ecosystem] : undefined;
    const collection = new LicenceCollection(readers, filename.endsWith('.whl'));
    return {
      file: (file) => collection.look(file),
      done: () => ({
        status: 'completed',
        findings: licenceFindings(purlOf({ ecosystem, name, version }), collection),
      }),
    };
  },
};
