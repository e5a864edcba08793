// Sizes that a reader can hold in mind. Migrations and generated files are not counted.
import ts from 'typescript';
import { isProduct } from './sources.mjs';

const MAX_FILE_LINES = 400;
const MAX_FUNCTION_LINES = 60;
const MAX_PARAMETERS = 4;

/** Files, functions and parameter lists over the budget: `path:line: what`. */
export function overBudget(sources) {
  return sources.filter(({ path }) => isProduct(path)).flatMap(checkFile);
}

function checkFile({ path, text }) {
  const found = [];
  const lines = text.split('\n').length - 1;
  if (lines > MAX_FILE_LINES) found.push(`${path}: ${lines} lines, at most ${MAX_FILE_LINES}`);
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const visit = (node) => {
    if (isFunction(node)) found.push(...checkFunction(file, path, node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isFunction(node) {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isConstructorDeclaration(node)
  );
}

function checkFunction(file, path, node) {
  const first = file.getLineAndCharacterOfPosition(node.getStart()).line;
  const last = file.getLineAndCharacterOfPosition(node.getEnd()).line;
  const found = [];
  const length = last - first + 1;
  if (length > MAX_FUNCTION_LINES)
    found.push(`${path}:${first + 1}: a function of ${length} lines, at most ${MAX_FUNCTION_LINES}`);
  if (node.parameters.length > MAX_PARAMETERS && !ts.isArrowFunction(node))
    found.push(
      `${path}:${first + 1}: ${node.parameters.length} parameters, at most ${MAX_PARAMETERS}, better 3, then one object`,
    );
  return found;
}
