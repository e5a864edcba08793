/** Dossiers on the command line: the forms they come in, and what became of checking them. */
import { Option } from 'commander';
import { DOSSIER_FORMATS, type DossierCheck } from '../../features/dossier/index.ts';
import { EXIT } from './exit-codes.ts';
import { table } from './output.ts';

/** `--format` of the commands that know a dossier. */
export function dossierFormat(): Option {
  return new Option('--format <format>', 'form of the answer; the documents are about one tree').choices([
    'table',
    'json',
    'ndjson',
    ...DOSSIER_FORMATS,
  ]);
}

/** One line for each decision; a dossier that is not what its evidence gives is "not allowed". */
export function checksAnswer(checks: readonly DossierCheck[]) {
  const broken = checks.filter(({ status }) => status === 'broken');
  const rows = checks.map((check) => [check.decision, check.status, detailOf(check)]);
  return {
    json: { results: checks, checked: checks.length, broken: broken.length },
    text: checks.length === 0 ? 'no decision yet' : table(['DECISION', 'DOSSIER', 'DETAILS'], rows),
    exit: broken.length === 0 ? EXIT.done : EXIT.notAllowed,
  };
}

function detailOf(check: DossierCheck): string {
  switch (check.status) {
    case 'whole':
      return check.dossier;
    case 'older-composer':
      return `${check.dossier}, composed by version ${check.composer}: bytes and evidence are whole, not composed again`;
    case 'not-pinned':
      return 'made without evidence, or before decisions were pinned to a dossier';
    case 'broken':
      return check.what;
  }
}
