/** Source: PEP 639; Core Metadata, "License-Expression", "License-File", "License", "Classifier". */
import { parseExpression } from '../../licence-texts/expression.ts';
import { readFields } from '../../syntax/fields.ts';
import { allOf, type Declaration, type Meaning, meaningOf, statement } from './declaration.ts';

const CLASSIFIER = 'License ::';

/** The expression counts before the field, and the field before the classifiers, as PEP 639 ranks them. */
export function readPypiDeclaration(text: string): Declaration {
  const fields = readFields(text, ['License-Expression', 'License', 'Classifier', 'License-File']);
  const of = (name: string) => fields.filter(([field]) => field === name).map(([, value]) => value);
  const classifiers = of('Classifier').filter((one) => one.startsWith(CLASSIFIER));
  const stated = [
    ...[...of('License-Expression').map((one) => statement('License-Expression', one))],
    ...of('License').map((one) => statement('License', one)),
    ...classifiers.map((one) => statement('Classifier', one)),
  ].filter((one) => one.text !== '');
  return {
    stated,
    meaning: meaningOfAll(of('License-Expression'), of('License'), classifiers),
    files: of('License-File'),
  };
}

function meaningOfAll(
  expressions: readonly string[],
  fields: readonly string[],
  classifiers: readonly string[],
): Meaning {
  const [stated] = expressions;
  if (stated !== undefined) {
    const expression = parseExpression(stated);
    return expression === undefined ? { kind: 'unclear' } : { kind: 'expression', expression };
  }
  const field = meaningOf(fields[0] ?? '');
  if (field.kind === 'expression') return field;
  // Several classifiers may mean all of them or a choice (PEP 639): taken as all.
  const classified = allOf(classifiers.flatMap(meaningOfClassifier));
  return classified.kind === 'none' || (classified.kind === 'unclear' && field.kind === 'family') ? field : classified;
}

/** `License :: OSI Approved` alone says nothing; `... :: MIT License` does. */
function meaningOfClassifier(classifier: string): readonly Meaning[] {
  const name = classifier.slice(classifier.lastIndexOf('::') + 2).trim();
  if (name === 'OSI Approved' || name === 'License') return [];
  return [meaningOf(name)];
}
