import { describe, expect, it } from 'vitest';
import { findingsIn, itKeepsTheContentScannerContract } from '../../../test/contract/content-scanner.ts';
import { licenceTexts } from '../../../test/corpora/licence-table.ts';
import { A_WHEEL, type ContentFiles } from '../../../test/harness/content.ts';
import { licencesScanner } from './index.ts';

const text = (id: string) => licenceTexts().get(id) ?? '';
const METADATA = 'demo_pkg-1.0.dist-info/METADATA';
const LICENSE = 'demo_pkg-1.0.dist-info/licenses/LICENSE';
const metadata = (...lines: readonly string[]) =>
  `Metadata-Version: 2.4\nName: demo-pkg\nVersion: 1.0\n${lines.map((line) => `${line}\n`).join('')}\nLicense: of the description\n`;
const MIT = { [METADATA]: metadata('License-Expression: mit', 'License-File: LICENSE'), [LICENSE]: text('MIT') };
const GPL_HEADER = `# This program is free software: you can redistribute it and/or modify
# it under the terms of the GNU General Public License as published by
# the Free Software Foundation, either version 3 of the License, or
# (at your option) any later version.
`;

itKeepsTheContentScannerContract(licencesScanner, {
  found: {
    'a declared licence with its text': MIT,
    'no licence at all': { [METADATA]: metadata() },
    'a header of another licence': {
      ...MIT,
      'demo/gpl.py': GPL_HEADER,
      'demo/isc.py': '# SPDX-License-Identifier: ISC\n',
    },
    'holders in several files': {
      'demo/a.py': '# Copyright 2019 Ada Lovelace\n# Copyright 2020 Charles Babbage\n',
      'demo/b.py': '# Copyright 2021 Ada Lovelace\n',
    },
  },
  clean: {},
  seeds: [
    'License-Expression: MIT AND (Apache-2.0',
    '# SPDX-License-Identifier: GPL-2.0-only WITH x',
    '/* Copyright (c) 2020 A. License */ """',
    '# licensed under the apache license, version 2.0 copyright 2019-',
    text('ISC'),
  ],
});

const codes = (found: Awaited<ReturnType<typeof findingsIn>>, severe = true) =>
  found.filter(({ severity }) => !severe || severity !== 'info').map(({ data }) => data.code);

async function statement(files: ContentFiles, ecosystem = 'pypi', filename = A_WHEEL.filename) {
  const [first] = await findingsIn(licencesScanner, files, { ...A_WHEEL, ecosystem, filename });
  return [first?.data.code, first?.data.expression, first?.data.basis];
}

describe('what a release declares', () => {
  it.each([
    [['License-Expression: mit or apache-2.0'], 'MIT OR Apache-2.0'],
    [['License: Apache 2.0'], 'Apache-2.0'],
    [['License: UNKNOWN', 'Classifier: License :: OSI Approved :: MIT License'], 'MIT'],
    [['License: BSD', 'Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)'], 'GPL-3.0-only'],
    [
      [
        'Classifier: License :: OSI Approved :: MIT License',
        'Classifier: License :: OSI Approved :: Zope Public License 2.1',
      ],
      'MIT AND ZPL-2.1',
    ],
    [[`License: ${text('ISC').replaceAll('\n', '\n        ')}`], 'ISC'],
    [['License-Expression: MIT', 'Classifier: License :: OSI Approved :: BSD License'], 'MIT'],
  ])('is read from the metadata of a wheel: %j', async (lines, expression) => {
    expect(await statement({ [METADATA]: metadata(...lines) })).toEqual(['licence', expression, 'declared']);
  });

  it.each([
    ['{"license": "(MIT OR GPL-3.0)"}', 'licence', '(MIT OR GPL-3.0)'],
    ['{"license": {"type": "Apache 2.0"}}', 'licence', 'Apache-2.0'],
    ['{"licenses": [{"type": "MIT"}, {"type": "ISC"}]}', 'licence', 'MIT OR ISC'],
    ['{"license": "UNLICENSED"}', 'no-licence', ''],
    ['{"license": "SEE LICENSE IN terms.txt"}', 'unclear-licence', ''],
    ['{}', 'no-licence', ''],
    ['{', 'unclear-licence', ''],
  ])('is read from package.json: %s', async (json, code, expression) => {
    const found = await statement(
      { 'package/package.json': json, 'package/node_modules/x/package.json': '{"license":"ISC"}' },
      'npm',
      'demo-1.0.tgz',
    );
    expect(found.slice(0, 2)).toEqual([code, expression]);
  });

  it.each([
    ['GPL (>= 2)', 'licence', 'GPL-2.0-or-later'],
    ['GPL-2 | GPL-3', 'licence', 'GPL-2.0-only OR GPL-3.0-only'],
    ['MIT + file LICENSE', 'licence', 'MIT'],
    ['Apache License (== 2.0)', 'licence', 'Apache-2.0'],
    ['BSD_3_clause + file LICENSE', 'licence', 'BSD-3-Clause'],
    ['LGPL (>= 2.1)', 'licence', 'LGPL-2.1-or-later'],
    ['CC BY 4.0', 'licence', 'CC-BY-4.0'],
    ['CC BY-NC-ND 4.0', 'licence', 'CC-BY-NC-ND-4.0'],
    ['Artistic-2.0', 'licence', 'Artistic-2.0'],
    ['Artistic License 2.0', 'licence', 'Artistic-2.0'],
    ['CeCILL-2', 'licence', 'CECILL-2.0'],
    ['FreeBSD', 'licence', 'BSD-2-Clause'],
    ['Boost Software License 1.0', 'licence', 'BSL-1.0'],
    ['EUPL (>= 1.1)', 'licence', 'EUPL-1.1+'],
    ['GPL-3 + file LICENCE', 'licence', 'GPL-3.0-only'],
    ['MIT + file LICENSE | Unlimited', 'licence', 'MIT OR LicenseRef-Unlimited'],
    ['GPL-2 | file LICENCE', 'unclear-licence', ''],
    ['file LICENSE', 'unclear-licence', ''],
  ])('is read from DESCRIPTION: %s', async (licence, code, expression) => {
    const description = `Package: demo\nTitle: Shows\n  License: not this\nLicense: ${licence}\n`;
    const found = await statement({ 'demo/DESCRIPTION': description }, 'cran', 'demo_1.0.tar.gz');
    expect(found.slice(0, 2)).toEqual([code, expression]);
  });

  it('is read from a DESCRIPTION that is made to be slow, in no time', async () => {
    const description = `Package: demo\nLicense: GPL${' '.repeat(200_000)}x${'-1.1'.repeat(50_000)}\n`;
    const [code] = await statement({ 'demo/DESCRIPTION': description }, 'cran', 'demo_1.0.tar.gz');
    expect(code).toBe('unclear-licence');
  }, 5_000);

  it('is filled in from the licence file where it names a family or nothing, and never guessed', async () => {
    expect(await statement({ [METADATA]: metadata('License: BSD'), [LICENSE]: text('BSD-2-Clause') })).toEqual([
      'licence',
      'BSD-2-Clause',
      'licence file',
    ]);
    expect(await statement({ [METADATA]: metadata(), [LICENSE]: text('Zlib') })).toEqual([
      'licence',
      'Zlib',
      'licence file',
    ]);
    expect(await statement({ [METADATA]: metadata('License: BSD') })).toEqual(['unclear-licence', '', 'nothing']);
    expect(await statement({ [METADATA]: metadata('License: BSD'), [LICENSE]: text('MIT') })).toEqual([
      'unclear-licence',
      '',
      'nothing',
    ]);
    expect(await statement({ [METADATA]: metadata('License: Example EULA') })).toEqual([
      'unclear-licence',
      '',
      'nothing',
    ]);
    expect(await statement({}, 'conda')).toEqual(['no-licence', '', 'nothing']);
  });
});

describe('what the files say beside it', () => {
  it('is nothing to look at where it is the same', async () => {
    expect(codes(await findingsIn(licencesScanner, MIT))).toEqual([]);
  });

  it('is a disagreement where the licence file is another licence', async () => {
    const found = await findingsIn(licencesScanner, { ...MIT, [LICENSE]: text('GPL-3.0-only') });
    expect(codes(found)).toEqual(['disagreement', 'undeclared']);
    expect(found.find(({ data }) => data.code === 'disagreement')).toMatchObject({
      severity: 'medium',
      summary: 'The metadata declares MIT, and the licence file is GPL-3.0-only or GPL-3.0-or-later',
      location: LICENSE,
    });
  });

  it.each([
    ['a text beside code that is carried along', { 'demo/_vendor/x/LICENSE': text('LGPL-2.1-only') }, 'medium'],
    ['a header', { 'demo/x.py': `${GPL_HEADER}\nimport os\n` }, 'medium'],
    ['a tag', { 'demo/x.js': '/* SPDX-License-Identifier: MPL-2.0 */' }, 'medium'],
    ['a text that asks no more than its notice', { 'demo/_vendor/x/LICENSE': text('ISC') }, 'info'],
  ])('that is not declared is told, by how much it asks: %s', async (_, files, severity) => {
    const found = await findingsIn(licencesScanner, { ...MIT, ...files });
    expect(found.filter(({ data }) => data.code === 'undeclared').map((one) => one.severity)).toEqual([severity]);
  });

  it('names nobody for what stands in the names of certificates', async () => {
    const bundle = [
      '# Copyright 2020 Ada Lovelace',
      '# Issuer: CN=Entrust Root O=Entrust, Inc. OU=(c) 2006 Entrust, Inc.',
      '# Subject: CN=Entrust Root O=Entrust, Inc. OU=(c) 2006 Entrust, Inc.',
      '#         Issuer: C = US, O = VeriSign, OU = (c) 1999 VeriSign - For authorized use only',
      '# Subject: what is new. Copyright 2021 Charles Babbage',
    ];
    const found = await findingsIn(licencesScanner, { 'demo/cacert.pem': `${bundle.join('\n')}\n` });
    const told = found.find(({ data }) => data.code === 'copyright')?.data;
    expect(JSON.stringify(told)).toMatch(/Ada Lovelace.*Charles Babbage/);
    expect(JSON.stringify(told)).not.toMatch(/Entrust|VeriSign/);
  });

  it('is the holders of the copyright, with years and files', async () => {
    const found = await findingsIn(licencesScanner, {
      'demo/a.py':
        '# Copyright (c) 2019-2021, Ada Lovelace. All rights reserved.\n# (C) Copyright 2020 by Babbage & Sons\n',
      'demo/b.py': '/* Copyright © 2022 Ada Lovelace */\nthe_copyright = "Copyright 1999 Nobody"\n',
    });
    expect(found.find(({ data }) => data.code === 'copyright')?.data).toEqual({
      code: 'copyright',
      count: 2,
      holders: [
        { holder: 'Ada Lovelace', years: ['2019-2021', '2022'], places: 2, files: ['demo/a.py', 'demo/b.py'] },
        { holder: 'Babbage & Sons', years: ['2020'], places: 1, files: ['demo/a.py'] },
      ],
    });
  });

  it('is told where a promised file is missing, a text is unknown, or a tag names nothing', async () => {
    const [, ...rest] = await findingsIn(licencesScanner, {
      [METADATA]: metadata('License-Expression: MIT', 'License-File: COPYING'),
      [LICENSE]: text('MPL-2.0').slice(0, 9_000),
      'demo/a.py': '# SPDX-License-Identifier: Example\n',
    });
    expect(codes(rest)).toEqual(['changed-text', 'unknown-tag', 'licence-file-missing']);
    expect(rest[0]?.data.like).toContainEqual(
      expect.objectContaining({ ids: expect.arrayContaining(['MPL-2.0']), coverage: expect.any(Number) }),
    );
  });

  it('is told for people to read where a text is like a licence, and taken for no licence', async () => {
    const cut = text('Zlib').split('\n\n').toSpliced(1, 1).join('\n\n');
    const found = await findingsIn(licencesScanner, { [METADATA]: metadata(), [LICENSE]: cut });
    expect(codes(found)).toEqual(['no-licence', 'changed-text']);
    expect(found.find(({ data }) => data.code === 'changed-text')).toMatchObject({
      severity: 'low',
      location: LICENSE,
    });
  });

  it('is less sure where a file only names a licence, and names none where it leaves open which', async () => {
    const found = await findingsIn(licencesScanner, {
      ...MIT,
      'demo/a.py': '__license__ = "GPLv3"\n',
      'demo/b.cc': '// Governed by a BSD-style license that can be found in the LICENSE file.\n',
    });
    expect(
      found.filter(({ data }) => data.confidence === 'low').map(({ severity, summary }) => [severity, summary]),
    ).toEqual([
      ['low', 'GPL-3.0-only by name only in demo/a.py, which is not declared'],
      ['info', 'A BSD licence is named without saying which, in demo/b.cc'],
    ]);
  });
});

describe('what a declaration takes back', () => {
  it.each([
    ['License: Apache 2.0 (non-commercial)', 'unclear-licence', 'Apache-2.0'],
    ['License: Proprietary', 'no-licence', 'MIT'],
  ])('is not given by a licence file: %s', async (line, code, id) => {
    const found = await findingsIn(licencesScanner, { [METADATA]: metadata(line), [LICENSE]: text(id) });
    expect(codes(found)).toEqual([code, 'disagreement']);
  });

  it('leaves which of several licences, named without versions, to the files', async () => {
    const found = await statement({
      [METADATA]: metadata(
        'Classifier: License :: OSI Approved :: MIT License',
        'Classifier: License :: OSI Approved :: BSD License',
      ),
      [LICENSE]: text('BSD-3-Clause'),
    });
    expect(found).toEqual(['licence', 'BSD-3-Clause', 'licence file']);
  });
});
