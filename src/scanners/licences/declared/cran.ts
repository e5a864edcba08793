/** Source: Writing R Extensions, "Licensing": alternatives with `|`, versions in brackets, `+ file LICENSE`. */

import { readFields } from '../../syntax/fields.ts';
import { anyOf, type Declaration, type Meaning, meaningOf, NOTHING_DECLARED, statement } from './declaration.ts';

/** `DESCRIPTION` in the one folder of a source package. */
export function isCranMetadata(path: string): boolean {
  return /^[^/]+\/DESCRIPTION$/.test(path);
}

/** Abbreviations of R's own licence database (share/licenses/license.db), without versions. */
const NAMES: Readonly<Record<string, string>> = {
  BSD_2_clause: 'BSD-2-Clause',
  BSD_3_clause: 'BSD-3-Clause',
  'Apache License': 'Apache',
  'GNU General Public License': 'GPL',
  'GNU Lesser General Public License': 'LGPL',
  'Mozilla Public License': 'MPL',
  'CC BY': 'CC-BY',
  'CC BY-SA': 'CC-BY-SA',
  'CC BY-NC': 'CC-BY-NC',
  'CC BY-NC-SA': 'CC-BY-NC-SA',
  'CC BY-NC-ND': 'CC-BY-NC-ND',
  'GNU Library General Public License': 'LGPL',
  'GNU Affero General Public License': 'AGPL',
  'MIT License': 'MIT',
  'BSD 2-clause License': 'BSD-2-Clause',
  'BSD 3-clause License': 'BSD-3-Clause',
  FreeBSD: 'BSD-2-Clause',
  'Artistic License': 'Artistic',
  CeCILL: 'CECILL',
  'Eclipse Public License': 'EPL',
  'European Union Public License': 'EUPL',
  'Common Public License': 'CPL',
  'Lucent Public License': 'LPL',
  'Boost Software License': 'BSL',
  'zlib License': 'Zlib',
  ACM: 'LicenseRef-ACM',
  CC0: 'CC0-1.0',
  Unlimited: 'LicenseRef-Unlimited',
};
/** Characters of the field that are read; the longest in use have some hundred. */
const LONGEST_VALUE = 1000;
const FILE = /^file\s+(LICEN[CS]E)$/;

export function readCranDeclaration(text: string): Declaration {
  const value =
    readFields(text, ['License'])
      .find(([name]) => name === 'License')?.[1]
      .replaceAll(/\s+/g, ' ')
      .slice(0, LONGEST_VALUE) ?? '';
  if (value === '') return NOTHING_DECLARED;
  const parts = value.split('|').map((part) => part.trim());
  const files = parts.flatMap((part) => part.split('+').flatMap((piece) => FILE.exec(piece.trim())?.[1] ?? []));
  return {
    stated: [statement('License', value)],
    meaning: anyOf(parts.map(meaningOfPart)),
    files: [...new Set(files)],
  };
}

function meaningOfPart(part: string): Meaning {
  const [name = ''] = part.split('+').map((piece) => piece.trim());
  if (FILE.test(name)) return { kind: 'unclear' };
  return meaningOf(asId(name));
}

/** `GPL (>= 2)`, `GPL-3`, `LGPL (>= 2.1)`, `Apache License (== 2.0)`. */
function asId(name: string): string {
  const versioned = /^(.*?)\s*(?:\(\s*([<>=]+)\s*([\d.]+)\s*\)|[- ](\d+(?:[.]\d+)*))$/.exec(name);
  const base = (versioned?.[1] ?? name).trim();
  const abbreviation = Object.hasOwn(NAMES, base) ? (NAMES[base] ?? base) : base;
  const version = versioned?.[3] ?? versioned?.[4];
  if (version === undefined) return abbreviation;
  const number = version.includes('.') ? version : `${version}.0`;
  const later = versioned?.[2] === '>=' || versioned?.[2] === '>';
  if (/^(?:GPL|LGPL|AGPL)$/.test(abbreviation)) return `${abbreviation}-${number}-${later ? 'or-later' : 'only'}`;
  return `${abbreviation}-${number}${later ? '+' : ''}`;
}
