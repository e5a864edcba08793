/**
 * Licences under the names that people write into metadata. Only names that mean one licence have an id; the others name
 * a family, which says less and is never filled in by a guess.
 */

/** Names in lower case without punctuation, `the`, `license`, `version`. */
const IDS: Readonly<Record<string, string>> = {
  mit: 'MIT',
  'mit x11': 'MIT',
  expat: 'MIT',
  'mit expat': 'MIT',
  'apache 2': 'Apache-2.0',
  'apache 2 0': 'Apache-2.0',
  'apache software 2': 'Apache-2.0',
  'apache software 2 0': 'Apache-2.0',
  'asl 2': 'Apache-2.0',
  'asl 2 0': 'Apache-2.0',
  'new bsd': 'BSD-3-Clause',
  'modified bsd': 'BSD-3-Clause',
  'revised bsd': 'BSD-3-Clause',
  'bsd new': 'BSD-3-Clause',
  'bsd 3 clause': 'BSD-3-Clause',
  'bsd 3clause': 'BSD-3-Clause',
  '3 clause bsd': 'BSD-3-Clause',
  'bsd 3 clause new or revised': 'BSD-3-Clause',
  'simplified bsd': 'BSD-2-Clause',
  freebsd: 'BSD-2-Clause',
  'bsd 2 clause': 'BSD-2-Clause',
  '2 clause bsd': 'BSD-2-Clause',
  isc: 'ISC',
  'isc iscl': 'ISC',
  'mpl 2': 'MPL-2.0',
  'mpl 2 0': 'MPL-2.0',
  'mozilla public 2 0': 'MPL-2.0',
  'mozilla public 2 0 mpl 2 0': 'MPL-2.0',
  'mpl 1 1': 'MPL-1.1',
  gplv2: 'GPL-2.0-only',
  'gpl v2': 'GPL-2.0-only',
  'gpl 2': 'GPL-2.0-only',
  'gplv2+': 'GPL-2.0-or-later',
  gplv3: 'GPL-3.0-only',
  'gpl v3': 'GPL-3.0-only',
  'gpl 3': 'GPL-3.0-only',
  'gplv3+': 'GPL-3.0-or-later',
  'gpl v3+': 'GPL-3.0-or-later',
  lgplv3: 'LGPL-3.0-only',
  'lgpl v3': 'LGPL-3.0-only',
  'lgplv3+': 'LGPL-3.0-or-later',
  'lgplv2 1': 'LGPL-2.1-only',
  'lgplv2 1+': 'LGPL-2.1-or-later',
  'lgplv2+': 'LGPL-2.0-or-later',
  agplv3: 'AGPL-3.0-only',
  'agplv3+': 'AGPL-3.0-or-later',
  zlib: 'Zlib',
  'zlib libpng': 'Zlib',
  'boost software 1 0': 'BSL-1.0',
  'boost software 1 0 bsl 1 0': 'BSL-1.0',
  'psf 2': 'PSF-2.0',
  'psf 2 0': 'PSF-2.0',
  unlicense: 'Unlicense',
  'unlicense unlicense': 'Unlicense',
  cc0: 'CC0-1.0',
  'cc0 1 0 universal': 'CC0-1.0',
  'cc0 1 0 universal cc0 1 0 public domain dedication': 'CC0-1.0',
  'mit no attribution mit 0': 'MIT-0',
  'zope public 2 1': 'ZPL-2.1',
  'zpl 2 1': 'ZPL-2.1',
  'blue oak model 1 0 0': 'BlueOak-1.0.0',
  'european union public 1 2 eupl 1 2': 'EUPL-1.2',
  'eclipse public 2 0 epl 2 0': 'EPL-2.0',
  'public domain': 'LicenseRef-Public-Domain',
  'gnu affero general public v3': 'AGPL-3.0-only',
  'gnu affero general public v3 or later agplv3+': 'AGPL-3.0-or-later',
  'gnu general public v2 gplv2': 'GPL-2.0-only',
  'gnu general public v2 or later gplv2+': 'GPL-2.0-or-later',
  'gnu general public v3 gplv3': 'GPL-3.0-only',
  'gnu general public v3 or later gplv3+': 'GPL-3.0-or-later',
  'gnu lesser general public v2 lgplv2': 'LGPL-2.0-only',
  'gnu lesser general public v2 or later lgplv2+': 'LGPL-2.0-or-later',
  'gnu lesser general public v3 lgplv3': 'LGPL-3.0-only',
  'gnu lesser general public v3 or later lgplv3+': 'LGPL-3.0-or-later',
};

/** Ids of the licences that have a usual name: what most software stands under. */
export const USUAL_IDS: ReadonlySet<string> = new Set(Object.values(IDS));

export interface Family {
  readonly name: string;
  readonly prefixes: readonly string[];
}

/** What a name without a version leaves open, most special first. */
const FAMILIES: readonly (readonly [RegExp, Family])[] = [
  [/\b(?:agpl|affero)/, { name: 'AGPL', prefixes: ['AGPL-'] }],
  [/\b(?:lgpl|lesser general|library general)/, { name: 'LGPL', prefixes: ['LGPL-'] }],
  [/\b(?:gpl|general public)/, { name: 'GPL', prefixes: ['GPL-'] }],
  [/\bbsd\b/, { name: 'BSD', prefixes: ['BSD-', '0BSD'] }],
  [/\b(?:apache|asl)\b/, { name: 'Apache', prefixes: ['Apache-'] }],
  [/\b(?:mozilla|mpl)/, { name: 'MPL', prefixes: ['MPL-'] }],
  [
    /\b(?:python software foundation|psf|psfl|python)\b/,
    { name: 'Python', prefixes: ['PSF-', 'Python-', 'CNRI-Python'] },
  ],
  [/\b(?:zope|zpl)\b/, { name: 'ZPL', prefixes: ['ZPL-'] }],
  [/\bacademic free|\bafl\b/, { name: 'AFL', prefixes: ['AFL-'] }],
  [/\bartistic\b/, { name: 'Artistic', prefixes: ['Artistic-'] }],
  [/\beclipse\b/, { name: 'EPL', prefixes: ['EPL-'] }],
  [/\bhistorical permission\b|\bhpnd\b/, { name: 'HPND', prefixes: ['HPND'] }],
  [/\bcreative commons\b/, { name: 'Creative Commons', prefixes: ['CC-', 'CC0-'] }],
  [/\b(?:cecill)\b/, { name: 'CeCILL', prefixes: ['CECILL-'] }],
];

function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}+]+/gu, ' ')
    .replaceAll(/\b(?:the|licen[cs]ed?|version|under|osi approved)\b/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The id of a name that means one licence. */
export function idOfName(text: string): string | undefined {
  const name = plain(text);
  return Object.hasOwn(IDS, name) ? IDS[name] : undefined;
}

/** The family that a name points at. */
export function familyOf(text: string): Family | undefined {
  const name = plain(text);
  return FAMILIES.find(([pattern]) => pattern.test(name))?.[1];
}
