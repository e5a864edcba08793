/** Statements of SQL that are put together from values. */
import type { Scope } from '../syntax/source.ts';
import type { Node } from '../syntax/tree.ts';
import { builtText } from '../syntax/values.ts';
import { around } from '../syntax/vocabulary.ts';
import { argumentValue, isFixed, withTexts } from './fixed.ts';
import type { CallCheck } from './rules.ts';

/** The words that begin an SQL statement, as they are written in programs and hardly in prose. */
export const HAS_SQL = around(
  'SELECT INSERT UPDATE DELETE DROP ALTER CREATE select insert update delete drop'.split(' '),
  /\b(?:SELECT|INSERT|UPDATE|DELETE|DROP|ALTER|CREATE)\s|(?<=["'`]\s*)select\s|insert into\s|update \S{1,60} set\s|delete from\s|drop table\s/,
);

const SQL =
  /\b(?:select\b[\s\S]{1,400}\bfrom\b|insert\s+into\b|update\b[\s\S]{1,200}\bset\b|delete\s+from\b|drop\s+table\b|alter\s+table\b|create\s+table\b)/i;

export function isSql(text: string): boolean {
  return SQL.test(text.slice(0, 4_000));
}

/** Whether an expression is a statement that values are put into which do not stand in the code. */
export function isBuiltSql(argument: readonly Node[] | undefined, scope: Scope, text: string): boolean {
  const [first, ...more] = argument ?? [];
  // Most are plain texts.
  if (first === undefined || (more.length === 0 && first.kind === 'string' && first.fields.length === 0)) return false;
  const statement = withTexts(argumentValue(argument, scope), scope);
  return isSql(builtText(statement, text) ?? '') && !isFixed(statement, scope);
}

/** How the statement is called where it is given by name. */
const STATEMENT = /^(?:sql|query|statement|operation|text|command|stmt)$/;

/** Speaks where the first argument is a statement that values are put into. */
export const runsSql: CallCheck = ({ args: [statement], scope }, { text }) =>
  statementsIn(statement).some((each) => isBuiltSql(each, scope, text)) ? 'sql-from-strings' : undefined;

/** The argument, or what it holds under the name of a statement: `{ text: "select ..." }`. */
function statementsIn(argument: readonly Node[] = []): readonly (readonly Node[])[] {
  const [group, ...more] = argument;
  if (more.length > 0 || group?.kind !== 'group' || group.bracket !== '{') return [argument];
  return group.items.flatMap(({ parts }) => {
    const [key, sign] = parts;
    return key?.kind === 'name' && STATEMENT.test(key.text) && sign?.kind === 'operator' ? [parts.slice(2)] : [];
  });
}
