// Powers that an import graph cannot see: the clock, chance, the environment, the network, code from text.
import ts from 'typescript';
import { isProduct } from './sources.mjs';

/** Where each may be used: path prefixes. */
const HOMES = {
  'Date.now': ['src/platform/clock/'],
  'new Date()': ['src/platform/clock/'],
  'Math.random': [],
  'process.env': ['src/platform/environment/', 'src/main/'],
  fetch: [],
  eval: [],
  Function: [],
};

/** Uses outside their homes: `path:line: what`. */
export function strayGlobals(sources) {
  return sources.filter(({ path }) => isProduct(path)).flatMap(checkFile);
}

function checkFile({ path, text }) {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    const name = powerOf(node);
    if (name !== undefined && !HOMES[name].some((home) => path.startsWith(home))) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${path}:${line + 1}: ${name} outside its home`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function powerOf(node) {
  if (ts.isPropertyAccessExpression(node)) {
    const name = `${node.expression.getText()}.${node.name.text}`;
    return Object.hasOwn(HOMES, name) ? name : undefined;
  }
  if (ts.isNewExpression(node)) {
    if (node.expression.getText() === 'Function') return 'Function';
    return node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0 ? 'new Date()' : undefined;
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
    const name = node.expression.text;
    if ((name === 'fetch' || name === 'eval') && !isDeclared(node.expression)) return name;
  }
  return undefined;
}

/** A parameter or an import of the same name is not the global. */
function isDeclared(identifier) {
  const { text } = identifier;
  return new RegExp(
    `(?:import[^;]*\\b${text}\\b|(?:const|let|function)\\s+${text}\\b|[({,]\\s*${text}\\s*[,:})])`,
  ).test(identifier.getSourceFile().text);
}
