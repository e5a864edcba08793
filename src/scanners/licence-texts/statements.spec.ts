import { describe, expect, it } from 'vitest';
import { STATED } from '../../../test/corpora/licence-statements.ts';
import { licenceTexts } from '../../../test/corpora/licence-table.ts';
import { LicenceReader } from './file-licences.ts';
import { readLicenceText } from './matcher.ts';

const text = (id: string) => licenceTexts().get(id) ?? '';
const read = (path: string, content: string) => new LicenceReader().read({ path, text: content });
const idsIn = (path: string, content: string) => read(path, content).licences.map(({ ids }) => ids.join());

/** Statements as the corpus writes them. */
function saysOf({ path, text: content }: { readonly path: string; readonly text: string }): readonly string[] {
  const { licences, families } = read(path, content);
  const one = licences.map(({ ids }) => (ids.length > 1 ? `OR:${ids.join()}` : `=${ids[0]}`));
  return [...one, ...families.map(({ name }) => `family:${name}`)];
}

describe('what files say of their licence', () => {
  it.each(STATED)('is as it is in $path: $text', (sample) => {
    const left = [...saysOf(sample)];
    for (const wanted of sample.says) {
      const ways = wanted.split('|');
      const at = left.findIndex((said) => ways.some((way) => said === way || said === `=${way}`));
      expect([sample.text, left, at !== -1 || ways.includes('none')]).toEqual([sample.text, left, true]);
      if (at !== -1) left.splice(at, 1);
    }
    expect(left).toEqual([]);
  });
});

describe('what is put on top of a text, or taken from it', () => {
  const limited = (id: string, from: string | RegExp, to: string) => read('LICENSE', text(id).replace(from, to));

  it.each([
    ['MIT', 'without restriction', 'for non-commercial purposes only'],
    ['BSD-3-Clause', 'are permitted provided', 'for academic use only are permitted provided'],
    ['Apache-2.0', /$/, '\nCommercial use requires a contract with the authors.\n'],
  ])('makes %s a text like it, and none of it, where it takes away what the licence grants', (id, from, to) => {
    const { licences, changed } = limited(id, from, to);
    expect(licences).toEqual([]);
    expect(changed).toEqual([[expect.objectContaining({ ids: expect.arrayContaining([id]) })]]);
  });

  it('is none in the texts of the licences that grant all', () => {
    for (const id of ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'Apache-2.0', 'Zlib', 'Unlicense', 'UPL-1.0', 'NCSA'])
      expect(readLicenceText(text(id)).matches.flatMap(({ ids }) => ids)).toContain(id);
  });

  it('is told beside it where it has a name of its own', () => {
    const clause = '"Commons Clause" License Condition v1.0\n\nYou may not sell it.\n\n';
    expect(idsIn('LICENSE', clause + text('MIT'))).toEqual(['LicenseRef-Commons-Clause']);
  });

  it('is an exception where it grants more', () => {
    const llvm = '\n\n---- LLVM Exceptions to the Apache 2.0 License ----\n\nAs an exception, you may do more.\n';
    expect(idsIn('LICENSE', text('Apache-2.0') + llvm)).toEqual(['Apache-2.0 WITH LLVM-exception']);
    const header = `/* This is free software under the terms of the GNU General Public License version 2, or any later version.
     As a special exception: linking this library statically or dynamically with other modules is making a combined work. */`;
    expect(idsIn('a.c', header)).toEqual(['GPL-2.0-or-later WITH Classpath-exception-2.0']);
  });

  it('leaves the grant of ISC like ISC where the disclaimer is gone', () => {
    const [grant = ''] = /Permission to use[\s\S]*?copies\./.exec(text('ISC')) ?? [];
    const { licences, changed } = read('LICENSE', `ISC License\n\nCopyright 2020 Ada\n\n${grant}\n`);
    expect([licences, changed.flat().map(({ ids }) => ids)]).toEqual([[], [['ISC']]]);
  });

  it('is no third licence where the words of two usual ones together are those of a rare one', () => {
    const both = ['BSD-2-Clause', 'MIT', 'Zlib'].map(text).join('\n\n---\n\n');
    expect(idsIn('LICENSE', both).toSorted()).toEqual(['BSD-2-Clause', 'MIT', 'Zlib']);
    expect(idsIn('LICENSE', text('MIT-testregex'))).toEqual(['MIT-testregex']);
  });
});
