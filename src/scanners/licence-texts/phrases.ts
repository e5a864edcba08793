/** What files say of their licence in a sentence, and who they say holds the copyright. */
import { excerpt } from '../../domain/content.ts';
import { inTodaysForm, type LicenceExpression, parseExpression } from './expression.ts';
import { normalText } from './words.ts';

/** Statements of one kind that are read from one text. */
const MOST_STATEMENTS = 200;

const TAG = /SPDX-License-Identifier:[ \t]*([^\n\r]{1,400})/g;
/** What closes a comment behind an expression. */
const CLOSING = /[ \t]*(?:\*\/|-->|#\}|%\}|"""|''').*$|["',;*]+[ \t]*$/;

export interface LicenceTag {
  /** As it stands there. */
  readonly raw: string;
  readonly expression: LicenceExpression | undefined;
}

/** `SPDX-License-Identifier` tags. Source: SPDX specification, annex "Using SPDX short identifiers in source files". */
export function tagsIn(text: string): readonly LicenceTag[] {
  return [...text.matchAll(TAG)].slice(0, MOST_STATEMENTS).map(([, rest = '']) => {
    const raw = rest.replace(CLOSING, '').trim();
    return { raw: excerpt(raw), expression: parseExpression(raw) };
  });
}

/** A condition that is put on top of a licence, and takes the right to sell away. Source: its title. */
const COMMONS_CLAUSE = /\bcommons clause\b.{0,40}\blicense condition\b/;

/** What a text puts on top of the licences whose texts it holds. */
export function conditionsIn(text: string): readonly string[] {
  return /commons clause/i.test(text) && COMMONS_CLAUSE.test(normalText(text)) ? ['LicenseRef-Commons-Clause'] : [];
}

/** Sentences that name a licence, over normal text; `$1` in the id stands for the version in the sentence. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:licensed|licenses? this (?:file|work|software|program|project)) (?:to you )?under the apache license,? version 2[.]0\b/,
    'Apache-2.0',
  ],
  [
    /(?<!\b(?:not|formerly|previously|projects|packages|libraries|dependencies|repositories|everything|was|were|be) (?:is |are )?(?:licensed|released|distributed|available) )\b(?:under|of) the (?:terms of the )?(?:mit|expat)(?:\/x11)? license\b/,
    'MIT',
  ],
  [/\bapache license version 2[.]0\b.{0,120}?\bor (?:under )?the mit license\b/, 'MIT'],
  [/\bunder (?:the )?(?:terms of the )?(?:new|modified|revised|3-clause|three-clause) bsd license\b/, 'BSD-3-Clause'],
  [/\bunder (?:the )?(?:terms of the )?(?:simplified|2-clause|two-clause|freebsd) bsd license\b/, 'BSD-2-Clause'],
  [/\bunder (?:the )?(?:terms of the )?isc license\b/, 'ISC'],
  [/\bunder (?:the )?(?:terms of the )?zlib(?:\/libpng)? license\b/, 'Zlib'],
  [/\bsubject to the (?:terms of the )?mozilla public license,? v(?:ersion|[.])? ?(2[.]0|1[.][01])\b/, 'MPL-$1'],
  [/\bsubject to the terms of the common development and distribution license,? version (1[.][01])\b/, 'CDDL-$1'],
  [/\bsubject to the provisions of the zope public license,? version (2[.][01])\b/, 'ZPL-$1'],
  [/\bsubject to version (3[.]01?) of the php license\b/, 'PHP-$1'],
  [/\bsubject to (?:the )?(?:terms (?:and conditions )?of the )?microsoft public license\b/, 'MS-PL'],
  [/\b(?:distributed under|subject to) the boost software license,? version 1[.]0\b/, 'BSL-1.0'],
  [/\bunder the (?:terms of the )?university of illinois(?:\/ncsa)? open source license\b/, 'NCSA'],
  [/\bunder the terms of the do what the fuck you want to public license\b/, 'WTFPL'],
  [/\bunder the terms of the server side public license,? version 1\b/, 'SSPL-1.0'],
  [/\b(?:governed by|under) the business source license,? (?:version )?1[.]1\b/, 'BUSL-1.1'],
  [/\b(?:under the terms of|license is) the eclipse public license,? (?:v|version )?(2[.]0|1[.]0)\b/, 'EPL-$1'],
  [/\bthis is free and unencumbered software released into the public domain\b/, 'Unlicense'],
  [
    /\b(?:dedicated|released|placed) (?:in)?to the public domain\b|\bis in the public domain\b/,
    'LicenseRef-Public-Domain',
  ],
  [/\bcc0 1[.]0 universal\b|\bcreative commons zero v1[.]0\b/, 'CC0-1.0'],
  [COMMONS_CLAUSE, 'LicenseRef-Commons-Clause'],
];

/** `version 2 of the License, or (at your option) any later version`, as the GNU licences tell authors to write. */
const GNU =
  /\bgnu (lesser |library |affero )?general public license\b.{0,160}?\bversion ([123](?:[.][01])?)(.{0,60}?\bany later version\b| or later\b| or any later\b)?/g;
const GNU_NAME: Readonly<Record<string, string>> = { lesser: 'LGPL', library: 'LGPL', affero: 'AGPL' };

/** `under the terms of version 2 of the GNU General Public License`: the version first, and the same in short. */
const GNU_VERSION_FIRST =
  /\bversion ([123](?:[.][01])?)( (?:or later|or any later version|or \(at your option\) any later version))?(?: only)? of the gnu (lesser |library |affero )?general public license\b/g;

/** Ids of the licences that sentences in a text put it under. */
export function phrasesIn(text: string): readonly string[] {
  const normal = normalText(text);
  const ids = new Set<string>();
  for (const [pattern, id] of PHRASES) {
    const found = pattern.exec(normal);
    if (found !== null) ids.add(id.replace('$1', found[1] ?? ''));
  }
  const gnu = [...normal.matchAll(GNU)]
    .slice(0, MOST_STATEMENTS)
    .map(([, kind, version, later]) => ({ kind, version, later }));
  const first = [...normal.matchAll(GNU_VERSION_FIRST)]
    .slice(0, MOST_STATEMENTS)
    .map(([, version, later, kind]) => ({ kind, version, later }));
  for (const { kind = '', version = '', later } of [...gnu, ...first]) {
    const number = version.includes('.') ? version : `${version}.0`;
    ids.add(inTodaysForm(`${GNU_NAME[kind.trim()] ?? 'GPL'}-${number}${later === undefined ? '' : '+'}`));
  }
  // Who says "or later" and then names the licence once more takes nothing back.
  return [...ids].filter((id) => !(id.endsWith('-only') && ids.has(id.replace(/only$/, 'or-later'))));
}

export interface Copyright {
  readonly holder: string;
  /** As stated: `2019-2024`; empty where no year is given. */
  readonly years: string;
}

/** Characters of a line in which a statement is looked for. */
const LONGEST_LINE = 300;
const STATEMENT =
  /(?:\bcopyright\b|\bcopr\.|©|&copy;|\(c\))(?:[ \t:]|copyright\b|\(c\)|©|&copy;|by\b)*((?:(?:19|20)\d\d(?:[ \t]*[-–—][ \t]*(?:(?:19|20)?\d\d|present|now))?[,; \t]*)*)(?:by\b|[-–—,:. \t])*([^\n]*)/i;
/** What makes a line a sentence about copyright and no statement of it. */
const ABOUT =
  /^(?:notice|holders?\b|owners?\b|law|and\b|or\b|of\b|in\b|is\b|to\b|statement|licen[cs]e|protection|act\b|interest|treat|infring|year\b|yyyy|\W*$)/i;
/** Placeholders that nobody filled in. */
const UNFILLED = /^[<[{]|\byyyy\b|\bname of (?:copyright owner|author)\b|^\$/i;
const RIGHTS =
  /[.,;]?\s*(?:all rights reserved|licensed under|released under|this (?:file|program|software|work)|permission is|see (?:the )?licen[cs]e|use of this source).*$/i;

/**
 * Whom a certificate is from or for, as bundles and `openssl x509 -text` write it beside each: names of authorities (X.501) hold
 * the notice of their own terms, and nobody of them claims the file.
 */
const OF_CERTIFICATE =
  /^[ \t#/*]{0,20}(?:Issuer|Subject|issuer|subject)[ \t]{0,4}[:=].{0,250}\b(?:CN|OU|DC|O|C)[ \t]?=/;

/** Statements of copyright in a text: `Copyright (c) 2019-2024 Ada Lovelace and contributors`. */
export function copyrightsIn(text: string): readonly Copyright[] {
  const found: Copyright[] = [];
  for (const line of linesWith(text)) {
    const [, years = '', rest = ''] = STATEMENT.exec(line) ?? [];
    const holder = rest
      .replace(RIGHTS, '')
      .replace(/(?:,?\s*(?:19|20)\d\d(?:\s*-\s*(?:19|20)?\d\d)?)+\s*$/, '')
      .replace(/[*#/\\"'`<-]+\s*$/, '')
      .replace(/^[\s"'*]+|[\s.,;"'*]+$/g, '')
      .trim();
    if (holder === '' || ABOUT.test(rest.trim()) || UNFILLED.test(holder) || !/\p{L}{2}/u.test(holder)) continue;
    // Without a year only a name: "copyright the authors", and no sentence that goes on.
    if (years === '' && !/^(?:the )?\p{Lu}/u.test(holder)) continue;
    found.push({ holder: excerpt(holder, 100), years: years.replace(/[,;\s]+$/, '') });
    if (found.length >= MOST_STATEMENTS) break;
  }
  return found;
}

function* linesWith(text: string): Iterable<string> {
  let next = 0;
  for (const { index } of text.matchAll(/opyright|OPYRIGHT|©|&copy;|\([cC]\) ?\d{4}/g)) {
    if (index < next) continue;
    const start = Math.max(text.lastIndexOf('\n', index) + 1, index - LONGEST_LINE);
    const end = text.indexOf('\n', index);
    next = Math.min(end === -1 ? text.length : end, index + LONGEST_LINE);
    const line = text.slice(start, next);
    if (!OF_CERTIFICATE.test(line)) yield line;
  }
}
