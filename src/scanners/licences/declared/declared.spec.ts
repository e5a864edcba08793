import { describe, expect, it } from 'vitest';
import { CLASSIFIERS, FIELDS } from '../../../../test/corpora/licence-declarations.ts';
import { DESCRIPTIONS, MANIFESTS } from '../../../../test/corpora/licence-manifests.ts';
import { DECLARATION_READERS } from './by-ecosystem.ts';

const CASES = [
  ...FIELDS.map((one) => ({ ...one, ecosystem: 'pypi', text: `Name: x\nLicense: ${one.raw}\n` })),
  ...CLASSIFIERS.map((one) => ({ ...one, ecosystem: 'pypi', text: `Name: x\nClassifier: License :: ${one.raw}\n` })),
  ...MANIFESTS.map((one) => ({ ...one, ecosystem: 'npm', text: one.raw })),
  ...DESCRIPTIONS.map((one) => ({ ...one, ecosystem: 'cran', text: `Package: x\nLicense: ${one.raw}\n` })),
];

function meaning(ecosystem: string, text: string): string | undefined {
  const read = DECLARATION_READERS[ecosystem]?.read(text).meaning;
  if (read?.kind === 'expression') return read.expression.text;
  return read?.kind === 'withheld' ? 'unclear' : read?.kind;
}

describe('a licence that is declared', () => {
  it.each(CASES)('is read in its usual forms: $ecosystem $raw', ({ ecosystem, text, means }) => {
    expect(means.flatMap((one) => [one, `(${one})`])).toContain(meaning(ecosystem, text));
  });
});
