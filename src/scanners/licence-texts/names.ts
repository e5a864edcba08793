/**
 * Licences under the names that people write into metadata. Only names that mean one licence have an id; the others name
 * a family, which says less and is never filled in by a guess.
 */
import { inTodaysForm, licenceId } from './expression.ts';

/** Names in the form of `plain` that say which licence they mean without a version, or with one that is no part of its id. */
const IDS: Readonly<Record<string, string>> = {
  mit: 'MIT',
  'mit x11': 'MIT',
  'x11 mit': 'MIT',
  expat: 'MIT',
  'mit expat': 'MIT',
  'expat mit': 'MIT',
  'mit no attribution': 'MIT-0',
  'mit zero': 'MIT-0',
  'new bsd': 'BSD-3-Clause',
  'modified bsd': 'BSD-3-Clause',
  'revised bsd': 'BSD-3-Clause',
  'bsd new': 'BSD-3-Clause',
  'bsd modified': 'BSD-3-Clause',
  'bsd 3': 'BSD-3-Clause',
  bsd3: 'BSD-3-Clause',
  bsd2: 'BSD-2-Clause',
  'bsd 3 clause': 'BSD-3-Clause',
  'bsd 3clause': 'BSD-3-Clause',
  '3 clause bsd': 'BSD-3-Clause',
  'bsd 3 clause new or revised': 'BSD-3-Clause',
  'new bsd 3 clause': 'BSD-3-Clause',
  '3 clause new bsd': 'BSD-3-Clause',
  'modified bsd 3 clause': 'BSD-3-Clause',
  'simplified bsd': 'BSD-2-Clause',
  'bsd simplified': 'BSD-2-Clause',
  freebsd: 'BSD-2-Clause',
  'bsd 2': 'BSD-2-Clause',
  'bsd 2 clause': 'BSD-2-Clause',
  'bsd 2clause': 'BSD-2-Clause',
  '2 clause bsd': 'BSD-2-Clause',
  'bsd 2 clause simplified': 'BSD-2-Clause',
  '0 clause bsd': '0BSD',
  'bsd 0 clause': '0BSD',
  isc: 'ISC',
  iscl: 'ISC',
  zlib: 'Zlib',
  'zlib libpng': 'Zlib',
  boost: 'BSL-1.0',
  'boost software': 'BSL-1.0',
  unlicense: 'Unlicense',
  'unlicense unlicense': 'Unlicense',
  cc0: 'CC0-1.0',
  'cc0 1.0 universal': 'CC0-1.0',
  'cc0 1.0 universal public domain dedication': 'CC0-1.0',
  'cc0 1.0 universal cc0 1.0 public domain dedication': 'CC0-1.0',
  'creative commons zero': 'CC0-1.0',
  'public domain': 'LicenseRef-Public-Domain',
  wtfpl: 'WTFPL',
  'do what the fuck you want to public': 'WTFPL',
  postgresql: 'PostgreSQL',
  ncsa: 'NCSA',
  'university of illinois ncsa open source': 'NCSA',
  'historical permission notice and disclaimer': 'HPND',
  'universal permissive': 'UPL-1.0',
  'blue oak model': 'BlueOak-1.0.0',
  'microsoft public': 'MS-PL',
  'ms pl': 'MS-PL',
  'microsoft reciprocal': 'MS-RL',
  vim: 'Vim',
  w3c: 'W3C',
  beerware: 'Beerware',
  'cecill b': 'CECILL-B',
  'cecill c': 'CECILL-C',
};

/** Names that a version completes to an id, in the form of `plain`. */
const VERSIONED: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['Apache', 'apache', 'apache software', 'asl'],
    ['GPL', 'gpl', 'gnu gpl', 'gnu general public', 'general public', 'gnu public', 'gnu'],
    ['LGPL', 'lgpl', 'gnu lgpl', 'gnu lesser general public', 'lesser general public', 'lesser gpl', 'gnu lesser gpl'],
    ['LGPL', 'gnu library general public', 'gnu library or lesser general public', 'library general public'],
    ['AGPL', 'agpl', 'gnu agpl', 'gnu affero general public', 'affero general public', 'affero gpl', 'gnu affero gpl'],
    ['GFDL', 'gfdl', 'gnu fdl', 'gnu free documentation'],
    ['MPL', 'mpl', 'mozilla public', 'mozilla'],
    ['EPL', 'epl', 'eclipse public', 'eclipse'],
    ['EUPL', 'eupl', 'european union public'],
    ['Artistic', 'artistic'],
    ['BSL', 'bsl', 'boost', 'boost software'],
    ['BUSL', 'busl', 'business source'],
    ['PSF', 'psf', 'psfl', 'python software foundation'],
    ['ZPL', 'zpl', 'zope public', 'zope'],
    ['AFL', 'afl', 'academic free'],
    ['OSL', 'osl', 'open software'],
    ['CDDL', 'cddl', 'common development and distribution'],
    ['CPL', 'cpl', 'common public'],
    ['CECILL', 'cecill', 'cea cnrs inria logiciel libre'],
    ['OFL', 'ofl', 'sil ofl', 'sil open font', 'open font'],
    ['MulanPSL', 'mulanpsl', 'mulan psl', 'mulan permissive software'],
    ['UPL', 'upl', 'universal permissive'],
    ['ECL', 'ecl', 'educational community'],
    ['LPPL', 'lppl', 'latex project public'],
    ['SSPL', 'sspl', 'server side public'],
    ['Elastic', 'elastic'],
    ['BlueOak', 'blueoak', 'blue oak', 'blue oak model'],
    ['CC0', 'cc0', 'cc zero', 'creative commons zero'],
    ['PolyForm-Noncommercial', 'polyform noncommercial'],
    ['ODbL', 'odbl', 'open database'],
  ].flatMap(([prefix = '', ...names]) => names.map((name) => [name, prefix])),
);

/** Ids of the licences that most software stands under. */
export const USUAL_IDS: ReadonlySet<string> = new Set(
  [
    'MIT Apache-2.0 BSD-3-Clause BSD-2-Clause ISC MPL-2.0 MPL-1.1 GPL-2.0-only GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later',
    'LGPL-2.0-only LGPL-2.0-or-later LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later AGPL-3.0-only',
    'AGPL-3.0-or-later Zlib BSL-1.0 PSF-2.0 Unlicense CC0-1.0 MIT-0 ZPL-2.1 BlueOak-1.0.0 EUPL-1.2 EPL-2.0',
    'LicenseRef-Public-Domain',
  ].flatMap((line) => line.split(' ')),
);

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

/**
 * Words by which a field says less, or something else, than the licence that it names: `Apache 2.0 (non-commercial)`. It is
 * that licence no more, and no member of its family.
 */
const LIMITED =
  /\bnon[- ]?(?:commercial|profit)|\bcommercial\b|\bcommons[- ]clause\b|\brestrict|\b(?:not|except|unless|without|partly|proprietary|academic|research|evaluation|internal|personal|educational)\b|\b(?:custom|additional|conditions|terms apply|modifications)\b/i;

/** Whether a name says of itself that it is not quite what it names. Names of licences that limit use by their id are no such. */
export function isLimited(text: string): boolean {
  return LIMITED.test(
    text.replace(
      /\b(?:academic free|polyform noncommercial|(?:terms and )?conditions of|commercial,? |attribution[- ]non-?commercial)\b/gi,
      ' ',
    ),
  );
}

const NUMBERS: Readonly<Record<string, string>> = { zero: '0', one: '1', two: '2', three: '3', four: '4' };

/** A name in lower case, versions with their dots (`gplv2.1+` is `gpl 2.1+`), without what says no more: `the`, `license`, dates. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/\b(?:january|february|march|april|june|july|august|september|october|november|december) \d{4}\b/g, ' ')
    .replace(/\b(zero|one|two|three|four)(?=[- ]clauses?\b)/g, (word) => NUMBERS[word] ?? word)
    .replace(/[^\p{L}\p{N}+.]+|[.](?!\d)|(?<!\d)[.]/gu, ' ')
    .replace(/\b([al]?gpl|gfdl|mpl|apache|asl|epl|eupl|cecill|zpl|ofl|afl|osl|cddl)v?(?=\d)/g, '$1 ')
    .replace(/\bv(?=\d)|\bver(?:sion)? *(?=\d)/g, '')
    .replace(/\b(?:the|licen[cs]e[sd]?|version|under|osi approved|clauses(?= bsd))\b/g, ' ')
    .replace(/(?<=\d) \+/g, '+')
    .replace(/\s+/g, ' ')
    .trim();
}

const LATER =
  /^(.*\d)(?:\+| (?:or|and) (?:any )?(?:later|newer|above|greater|higher)| or at your option any later| and up)$/;
const NAME_AND_VERSION = /^(.+?) (\d+(?:[.]\d+){0,2}[ac]?)$/;

/** `gpl 2.1+`, `mozilla public 2`, `cc by sa 4.0`: a name that its version completes. */
function idOfVersioned(name: string): string | undefined {
  const later = LATER.exec(name);
  const exact = /^(.*\d) only$/.exec(name);
  const [, words = '', version = ''] = NAME_AND_VERSION.exec(later?.[1] ?? exact?.[1] ?? name) ?? [];
  const prefix = Object.hasOwn(VERSIONED, words) ? VERSIONED[words] : creativeCommons(words);
  if (prefix === undefined) return undefined;
  const number = version.includes('.') ? version : `${version}.0`;
  const isGnu = /^(?:[AL]?GPL|GFDL)$/.test(prefix);
  if (isGnu) return licenceId(`${prefix}-${number}-${later === null ? 'only' : 'or-later'}`);
  if (prefix === 'BlueOak') return licenceId('BlueOak-1.0.0');
  // Of other licences SPDX has no id for later versions; `+` says it in an expression.
  return licenceId(`${prefix}-${number}${later === null ? '' : '+'}`);
}

/** `cc by sa`, `creative commons attribution share alike`. */
function creativeCommons(words: string): string | undefined {
  const short = words
    .replace('creative commons', 'cc')
    .replace('attribution', 'by')
    .replace(/\bnon ?commercial\b/, 'nc')
    .replace(/\bno ?deriv(?:ative)?s\b/, 'nd')
    .replace(/\bshare ?alike\b/, 'sa');
  return /^cc by(?: nc)?(?: nd| sa)?$/.test(short) ? short.toUpperCase().replaceAll(' ', '-') : undefined;
}

/** Addresses under which licences are found, and what stands in them for the id. */
const ADDRESSES: readonly (readonly [RegExp, (part: string, second: string) => string])[] = [
  [/apache[.]org\/licenses\/license-(\d[.]\d)/, (part) => `Apache-${part}`],
  [
    /(?:opensource|spdx)[.]org\/licen[cs]es?\/([a-z0-9.-]+?)(?:-license)?(?:[.](?:php|html?|txt|json))?\/?$/,
    (part) => part,
  ],
  [/gnu[.]org\/(?:licenses|copyleft)\/(?:old-licenses\/)?([al]?gpl)-(\d[.]\d)/, (part, second) => `${part}-${second}`],
  [/creativecommons[.]org\/licenses\/(by[a-z-]*)\/(\d[.]\d)\/?$/, (part, second) => `CC-${part}-${second}`],
  [/creativecommons[.]org\/publicdomain\/zero\/(1[.]0)/, (part) => `CC0-${part}`],
  [/mozilla[.]org\/(?:en-US\/)?mpl\/(\d[.]\d)/i, (part) => `MPL-${part}`],
  [/wtfpl[.]net/, () => 'WTFPL'],
  [/unlicense[.]org/, () => 'Unlicense'],
  [/boost[.]org\/license_1_0/, () => 'BSL-1.0'],
];

function idOfAddress(text: string): string | undefined {
  const address = text.toLowerCase();
  if (!/^(?:https?:\/\/|www[.])\S+$/.test(address)) return undefined;
  for (const [pattern, id] of ADDRESSES) {
    const [found, part = '', second = ''] = pattern.exec(address) ?? [];
    if (found !== undefined) return today(licenceId(id(part, second)));
  }
  return undefined;
}

function today(id: string | undefined): string | undefined {
  return id === undefined ? undefined : inTodaysForm(id);
}

/** Characters of a name; longer ones are texts. */
const LONGEST_NAME = 200;

/** The id of a name that means one licence. */
export function idOfName(text: string): string | undefined {
  if (text.length > LONGEST_NAME || isLimited(text)) return undefined;
  // `GPL (>= 2)`, as R writes it; other bounds leave open which version is meant.
  const worded = text.replace(/\(?\s*>=\s*(\d[\d.]*)\s*\)?\s*$/, ' $1 or later');
  if (/[<>]/.test(worded)) return undefined;
  return idOfAddress(text.trim()) ?? idOfWords(plain(worded)) ?? idWithAbbreviation(text);
}

function idOfWords(words: string): string | undefined {
  if (Object.hasOwn(IDS, words)) return IDS[words];
  const bare = words.replace(/ (?:international|unported|generic|universal)$/, '');
  return (
    idOfVersioned(bare) ??
    (bare.endsWith(' style') && /\d clause/.test(bare) ? idOfWords(bare.slice(0, -6)) : undefined)
  );
}

/** `Zero-Clause BSD (0BSD)`, `GPL v3 or later (GPLv3+)`: what stands in the brackets, where the words before say nothing else. */
function idWithAbbreviation(text: string): string | undefined {
  const [, words = '', short = ''] = /^([^()]*[^()\s])\s*\(([^()]{2,40})\)\s*$/.exec(text) ?? [];
  if (short === '') return undefined;
  const inner = today(licenceId(short.trim())) ?? idOfWords(plain(short));
  const outer = idOfWords(plain(words));
  if (outer !== undefined && inner !== undefined) return outer === inner ? inner : undefined;
  if (outer !== undefined) {
    const other = familyIn(plain(short))?.prefixes.some((prefix) => outer.startsWith(prefix)) === false;
    return other || /^(?!see\b).*\s/i.test(short.trim()) ? undefined : outer;
  }
  const family = familyIn(plain(words));
  return inner === undefined || family?.prefixes.some((prefix) => inner.startsWith(prefix)) === false
    ? undefined
    : inner;
}

/** The family that a name points at. */
export function familyOf(text: string): Family | undefined {
  return isLimited(text) ? undefined : familyIn(plain(text));
}

function familyIn(name: string): Family | undefined {
  return FAMILIES.find(([pattern]) => pattern.test(name))?.[1];
}
