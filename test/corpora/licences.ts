/**
 * Licence texts as packages carry them: texts of the SPDX License List (CC0-1.0) with other holders, other line ends,
 * comment markers, other bullets, a lost ending; and texts that speak of licences without being one.
 */
import { licenceTexts } from './licence-table.ts';

export interface LicenceSample {
  readonly id: string;
  readonly variation: string;
  readonly path: string;
  readonly text: string;
}

/** What the packages of the world stand under, nearly all of them. */
export const COMMON_LICENCES: readonly string[] = [
  '0BSD AFL-3.0 AGPL-3.0-only Apache-2.0 Artistic-2.0 BlueOak-1.0.0 BSD-1-Clause BSD-2-Clause BSD-2-Clause-Patent',
  'BSD-3-Clause BSD-3-Clause-Clear BSD-4-Clause BSL-1.0 BUSL-1.1 CC-BY-4.0 CC-BY-NC-4.0 CC-BY-SA-4.0 CC0-1.0',
  'CDDL-1.0 CECILL-2.1 EPL-1.0 EPL-2.0 EUPL-1.2 GPL-2.0-only GPL-3.0-only HPND ISC JSON LGPL-2.1-only LGPL-3.0-only',
  'MIT MIT-0 MPL-1.1 MPL-2.0 MS-PL MulanPSL-2.0 NCSA OFL-1.1 OSL-3.0 PostgreSQL PSF-2.0 Python-2.0 SSPL-1.0 UPL-1.0',
  'Unlicense W3C WTFPL X11 Zlib ZPL-2.1',
].flatMap((line) => line.split(' '));

const HOLDERS = ['Ada Lovelace', 'The Example Project Authors', 'Institute of Examples, Inc.'];

const VARIATIONS: Readonly<Record<string, (text: string, at: number) => string>> = {
  'as listed': (text) => text,
  'another holder': withHolder,
  'another width': (text, at) => reflowed(withHolder(text, at), 58),
  'one line for each paragraph': (text, at) => reflowed(withHolder(text, at), Number.POSITIVE_INFINITY),
  'in a comment with #': (text, at) => marked(reflowed(withHolder(text, at), 76), '# ', '', ''),
  'in a comment with *': (text, at) => marked(reflowed(withHolder(text, at), 76), ' * ', '/*\n', '\n */'),
  'other quotes, bullets and spelling': (text, at) =>
    withHolder(text, at)
      .replaceAll('"', "''")
      .replaceAll(/^(\s*)(\d)[.]\s/gm, '$1$2) ')
      .replaceAll('license', 'licence')
      .replaceAll('\n', '\r\n'),
  'under a title and before a list of names': (text, at) =>
    `Example Library\n===============\n\n${withHolder(text, at)}\n\nContributors\n------------\n\n${HOLDERS.join('\n')}\n`,
  'without its last words': (text) => text.trimEnd().slice(0, Math.ceil(text.trimEnd().length * 0.96)),
};

/** Every variation of the licences named, or of all. */
export function licenceSamples(ids: readonly string[] = [...licenceTexts().keys()]): readonly LicenceSample[] {
  const texts = licenceTexts();
  return ids.flatMap((id, at) =>
    Object.entries(VARIATIONS).map(([variation, vary]) => {
      const path = variation.startsWith('in a comment') ? 'pkg/core.py' : 'demo_pkg-1.0.dist-info/licenses/LICENSE';
      return { id, variation, path, text: vary(texts.get(id) ?? '', at) };
    }),
  );
}

function withHolder(text: string, at: number): string {
  const holder = HOLDERS[at % HOLDERS.length] ?? '';
  const named = text
    .replaceAll(/<year>|\[yyyy\]|\byyyy\b|4-digit year/gi, '2019-2024')
    .replaceAll(/<(?:copyright holders?|owner|name of author|holder)>|\[name of copyright owner\]/gi, holder);
  return /copyright/i.test(named.slice(0, 200))
    ? named
    : `Copyright (c) 2019-2024 ${holder}. All rights reserved.\n\n${named}`;
}

function reflowed(text: string, width: number): string {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => wrapped(paragraph.split(/\s+/).filter(Boolean), width))
    .join('\n\n');
}

function wrapped(words: readonly string[], width: number): string {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}

function marked(text: string, marker: string, before: string, after: string): string {
  return `${before}${text
    .split('\n')
    .map((line) => `${marker}${line}`.trimEnd())
    .join('\n')}${after}\n\nimport os\n`;
}

/** A licence of which one paragraph is missing or words are changed: like it, and not it. */
export interface ChangedSample {
  readonly id: string;
  readonly change: string;
  /** The licence that is told: itself, or the one whose text is left word for word. */
  readonly told: string;
  readonly text: string;
}

/** Licences whose changed texts are looked for. */
const CHANGED: readonly string[] =
  'MIT ISC Zlib BSL-1.0 BSD-2-Clause BSD-3-Clause Unlicense Apache-2.0 0BSD MIT-0 PostgreSQL NCSA'.split(' ');
/** Texts that are another licence, word for word, without one of their clauses. */
const LEFT: Readonly<Record<string, string>> = {
  'BSD-3-Clause without paragraph 5': 'BSD-2-Clause',
  'BSD-2-Clause without paragraph 4': 'BSD-1-Clause',
};
/** Words of the shortest paragraph that is taken out: shorter ones are titles, names and headings. */
const FEWEST_TAKEN = 25;
/** Words that are left at least: in fewer no licence can be told. */
const FEWEST_LEFT = 60;

/** Each licence without one of its longer paragraphs, and with every twelfth word changed. */
export function changedSamples(): readonly ChangedSample[] {
  return CHANGED.flatMap((id) => {
    const text = licenceTexts().get(id) ?? '';
    const paragraphs = text.split(/\n\s*\n/);
    const without = paragraphs.flatMap((paragraph, at) => {
      const left = paragraphs.filter((_, other) => other !== at).join('\n\n');
      const isLong = wordsIn(paragraph) >= FEWEST_TAKEN && wordsIn(left) >= FEWEST_LEFT;
      const change = `without paragraph ${at + 1}`;
      return isLong ? [{ id, change, told: LEFT[`${id} ${change}`] ?? id, text: left }] : [];
    });
    let count = 0;
    const changed = text.replaceAll(/\S+/g, (word) => (++count % 12 === 0 ? 'otherwise' : word));
    return [...without, { id, change: 'every twelfth word changed', told: id, text: changed }];
  });
}

function wordsIn(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}

/** Files that only name their licence, and what they name: an id, or a family that leaves open which. */
export const SHORT_FORMS: readonly { readonly path: string; readonly text: string; readonly names: string }[] = [
  { path: 'pkg/a.js', text: '/*! example.js v1.2.3 | MIT License */\nvar a = 1;\n', names: 'MIT' },
  { path: 'pkg/k.js', text: '// Dual licensed under MIT and GPL\n', names: 'MIT,GPL' },
  { path: 'pkg/b.js', text: '/*! example v1 | ISC License | upstream.example/example */\n', names: 'ISC' },
  { path: 'pkg/c.js', text: '/*! example v1 - MIT license - https://upstream.example */\n', names: 'MIT' },
  { path: 'pkg/d.js', text: '/**\n * Example\n * @license MIT\n */\n', names: 'MIT' },
  { path: 'pkg/e.ts', text: '// @license Apache-2.0, see LICENSE\n', names: 'Apache-2.0' },
  {
    path: 'pkg/f.js',
    text: '/*!\n * Example (https://upstream.example)\n * Licensed under MIT (LICENSE)\n */\n',
    names: 'MIT',
  },
  { path: 'pkg/g.py', text: '# Author: Ada Lovelace\n# License: BSD 3 clause\n', names: 'BSD-3-Clause' },
  { path: 'pkg/h.py', text: '# License: Apache License, Version 2.0\n', names: 'Apache-2.0' },
  { path: 'pkg/i.py', text: '__author__ = "Ada Lovelace"\n__license__ = "MIT"\n', names: 'MIT' },
  { path: 'pkg/j.py', text: "__license__ = 'GPL v3'\n", names: 'GPL-3.0-only' },
  { path: 'pkg/k.py', text: '__license__: str = "BSD-3-Clause"\n', names: 'BSD-3-Clause' },
  { path: 'pkg/l.py', text: '"""Example.\n\n:license: BSD, see LICENSE for more.\n"""\n', names: 'BSD' },
  {
    path: 'pkg/m.cc',
    text: '// Copyright 2019 The Example Project Authors.\n// Use of this source code is governed by a BSD-style license that can be\n// found in the LICENSE file.\n',
    names: 'BSD',
  },
  { path: 'R/n.R', text: '# License: GPL (>= 2)\n', names: 'GPL' },
];

/** Texts that put nothing under a licence of the SPDX List, by path. */
export const NO_LICENCES: readonly { readonly path: string; readonly text: string }[] = [
  { path: 'README.md', text: '# Demo\n\n## License\n\nThis project is licensed under the MIT License, see LICENSE.\n' },
  {
    path: 'pkg/licence_server.py',
    text: 'LICENSE_KEY = None\n\n\ndef check_license(key):\n    return key == LICENSE_KEY\n',
  },
  { path: 'pkg/a.py', text: '# The license server must run before this module is imported.\nimport socket\n' },
  {
    path: 'pkg/b.py',
    text: '"""Reads the copyright notice of each file and prints it."""\nPATTERN = r"Copyright (\\d+)"\n',
  },
  {
    path: 'pkg/c.js',
    text: '// returns the license field of package.json\nexport const licenseOf = (m) => m.license;\n',
  },
  { path: 'pkg/d.py', text: 'LICENSES = ["MIT", "Apache-2.0", "GPL-3.0-only"]  # licenses that we accept\n' },
  { path: 'pkg/e.py', text: '# See LICENSE for the license of this file.\nx = 1\n' },
  { path: 'pkg/f.py', text: '# All files are subject to the license in the root of the repository.\n' },
  { path: 'pkg/g.R', text: '# drivers licence numbers are removed before analysis\nx <- 1\n' },
  { path: 'pkg/h.js', text: '/*! For license information please see main.js.LICENSE.txt */\nvar a = 1;\n' },
  { path: 'docs/license.rst', text: 'License\n=======\n\nWe chose the Apache License, Version 2.0 over the GPL.\n' },
  { path: 'pkg/i.py', text: '# The GPL forbids this use, so a wrapper is called instead.\n# It needs no license.\n' },
  {
    path: 'pkg/terms.txt',
    text: 'By using the service you agree to our terms. The license to use it ends with your account.\n',
  },
  {
    path: 'LICENSE',
    text: 'This software is made available under the terms of either of the licenses found in LICENSE.A or LICENSE.B.\n',
  },
  {
    path: 'LICENSE',
    text: `Example Corporation End User Agreement\n\n${'You may use the product on one device only. You may not copy, rent or lend it. '.repeat(12)}`,
  },
  {
    path: 'LICENSE.txt',
    text: `Permission is granted to read this software. ${'Any other use, in source or binary form, needs a written agreement with the owner. '.repeat(8)}`,
  },
  { path: 'pkg/j.py', text: '# License: see the LICENSE file\n__license__ = "see LICENSE"\n' },
  { path: 'pkg/l.py', text: '# license: the license of the package, such as MIT\n' },
  { path: 'pkg/m.py', text: '# license = "MIT" is what the check accepts\n' },
  { path: 'pkg/n.py', text: '# Licensed to Example under one or more contributor license agreements.\n' },
  { path: 'pkg/o.js', text: '/* @license */\n/*! For license information | see LICENSE */\n' },
  { path: 'COPYRIGHT', text: 'Copyright (c) 2020 Ada Lovelace\nCopyright (c) 2021 The Example Project Authors\n' },
  { path: 'NOTICE', text: 'Demo\nCopyright 2020 Example Inc.\n\nThis product includes software made by others.\n' },
];
