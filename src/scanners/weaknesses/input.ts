/** Where values come from people outside: web requests and page addresses. */
import type { Language } from '../syntax/language.ts';
import type { NameNode } from '../syntax/nodes.ts';
import type { Scope, Source } from '../syntax/source.ts';
import type { Node, Sequence } from '../syntax/tree.ts';
import { any, around, holds } from '../syntax/vocabulary.ts';
import { lastName } from './settings.ts';

/** Dotted names, as resolved, of what a request carries. */
const INPUT: Readonly<Record<Language, RegExp>> = {
  python:
    /^(?:\w+\.)?request\.(?:args|form|GET|POST|values|json|data|cookies|headers|files|params|query_params|query_string|query|body|META|get_json|matchdict|view_args)\b/,
  javascript:
    /(?:^|\.)(?:req|request)\.(?:query|body|params?|cookies|headers|url|originalUrl)\b|^ctx\.(?:query|params)\b|^(?:window\.|document\.)?location\.(?:hash|search|href)\b|^document\.(?:URL|referrer)\b|^(?:URLSearchParams\(\)|URL\(\)\.searchParams)\.get\b/,
  r: /^(?:input|req)\.\w/,
};

/** Functions whose result still holds what they are given. */
const PASSES_ON =
  /^(?:format|join|str|String|decode|encode|unquote|concat|replace|resolve|normalize|strip|trim|toString|paste0?|sprintf|glue|parse|loads|stringify|URLSearchParams|abspath|Path)$/;

/** What JavaScript holds wherever `fromInput` can say yes: the member itself, or another name for what it is a member of. */
export const HAS_INPUT = around(
  ['req', 'request', 'ctx', 'location', 'document', 'URLSearchParams'],
  /\b(?:req|request)[\s)]*\??\.\s*(?:query|body|params?|cookies|headers|url|originalUrl)\b|\bctx[\s)]*\??\.\s*(?:query|params)\b|\blocation[\s)]*\??\.\s*(?:hash|search|href)\b|\bdocument[\s)]*\??\.\s*(?:URL|referrer)\b|\bURLSearchParams\b|\b(?:req|request|ctx|location|document)(?<==[^=;]{0,100})(?:["'`]\)?)?\s*(?:[;,)\n}]|$)/,
);

/** A route of a Python web framework whose address has a part by name: `@app.route("/files/<name>")`, `@app.get("/files/{name}")`. */
const HAS_ROUTE = around(
  ['route', 'get', 'post', 'put', 'patch', 'delete'],
  /(?<=@[\w.]{1,60}\.)\w+\(\s*["'][^"'\n]{0,200}[<{]\w/,
);

const NAMES_REQUEST = around(
  ['request'],
  /\brequest[\s)]*\.\s*(?:args|form|GET|POST|values|json|data|cookies|headers|files|params|query|body|META|get_json|matchdict|view_args)|\brequest\s+(?:as|import)\b|\brequest\s*,\s*["']|\brequest(?<==[^=]{0,100})\s*(?:[;,)\n#]|$)/,
);

/** The same of Python. */
export const HAS_REQUEST = any(NAMES_REQUEST, HAS_ROUTE);

/** Characters in front of a name in which its function and the routes to it may stand. */
const FUNCTION_BEFORE = 4_000;
/** Characters of decorators in front of a function. */
const LONGEST_ROUTES = 600;
/** The decorators that end where a function begins; of the lines between them none begins another function. */
const OWN_DECORATORS = /@[^\n]*\n(?:[ \t]*@[^\n]*\n|[ \t)](?![ \t]*(?:async )?def )[^\n]*\n)*[ \t]*(?:async[ \t]+)?$/;
/** Parts of an address that are no free text. */
const TYPED = 'int|float|uuid|bool|any';

/** Where the definition of the function around a place in Python begins; -1 where that is none or far away. */
export function definitionBefore(start: number, scope: Scope, text: string): number {
  const called = scope.functions.at(-1);
  const from = Math.max(0, start - FUNCTION_BEFORE);
  const at = called === undefined ? -1 : text.slice(from, start).lastIndexOf(`def ${called}(`);
  return at === -1 ? -1 : from + at;
}

/** Whether a name is a parameter that the address of a request gives (Flask, "Variable Rules"; FastAPI, "Path Parameters"). */
function isRouted({ text: name, start }: NameNode, scope: Scope, text: string): boolean {
  const defined = holds(text, HAS_ROUTE) ? definitionBefore(start, scope, text) : -1;
  if (defined === -1) return false;
  const [decorators = ''] = OWN_DECORATORS.exec(text.slice(Math.max(0, defined - LONGEST_ROUTES), defined)) ?? [];
  const isPart = new RegExp(`[<{](?:(?!(?:${TYPED})\\b)[a-z]\\w*(?:\\([^)\\n]*\\))?:)?${name}(?::path)?[>}]`);
  const isTyped = new RegExp(`\\b${name}\\s*:\\s*(?:int|float|bool|(?:uuid\\.)?UUID)\\b`);
  return isPart.test(decorators) && !isTyped.test(text.slice(defined, start));
}

/** The same of R. */
export const HAS_SHINY_INPUT =
  /\b(?:input|req)\s*(?:[$@]|::)|\b(?:input|req)(?<=(?:=|<-)[^=]{0,100})\s*(?:[;,)}\n#]|$)/;

/** Expressions are looked into so deep; a value is seldom wrapped deeper on one line. */
const DEEPEST = 6;
/** Depth up to which a name is followed, each name two steps: a page is put together in a few pieces. */
const MOST_HOPS = 4;
/** Nodes that are looked at for one question; a bound on hostile expressions. */
const MOST_NODES = 200;

/** Whether an expression holds something that a request carries, directly or through names of its function. */
export function fromInput(parts: readonly Node[] | undefined, scope: Scope, source: Source): boolean {
  return parts !== undefined && !isFunction(parts) && new InputSearch(scope, source).inParts(parts, 0);
}

class InputSearch {
  private readonly scope: Scope;
  private readonly source: Source;
  private left = MOST_NODES;

  constructor(scope: Scope, source: Source) {
    this.scope = scope;
    this.source = source;
  }

  inParts(parts: readonly Node[], depth: number): boolean {
    return depth < DEEPEST && parts.some((part) => this.inNode(part, depth));
  }

  private inNode(node: Node, depth: number): boolean {
    this.left -= 1;
    if (this.left < 0) return false;
    switch (node.kind) {
      case 'name':
        return this.inValueOf(node, depth);
      case 'member':
      case 'index':
        return this.isInput(node) || this.inNode(node.of, depth + 1);
      case 'call':
        return (
          this.isInput(node) ||
          (PASSES_ON.test(lastName(node.callee, this.source.text) ?? '') && this.inItems(node.args, depth)) ||
          this.inNode(node.callee, depth + 1)
        );
      case 'group':
        return this.inItems(node.items, depth);
      case 'string':
        return this.inItems(node.fields, depth);
      default:
        return false;
    }
  }

  private isInput(node: Node): boolean {
    return INPUT[this.source.language].test(this.source.bindings.resolve(node));
  }

  private inItems(items: readonly Sequence[], depth: number): boolean {
    return items.some(({ parts }) => !isFunction(parts) && this.inParts(parts, depth + 1));
  }

  private inValueOf(node: NameNode, depth: number): boolean {
    const { text: name } = node;
    const value = this.scope.values.get(name);
    const { bindings } = this.source;
    // `const { name } = req.query`
    if (value === undefined && bindings.isBound(name) && INPUT[this.source.language].test(bindings.resolveName(name)))
      return true;
    if (value === undefined) return this.source.language === 'python' && isRouted(node, this.scope, this.source.text);
    return depth < MOST_HOPS && this.inParts(value, depth + 2);
  }
}

/** What a function does that is only handed over happens elsewhere. */
function isFunction(parts: readonly Node[]): boolean {
  return parts.some(
    (part) => (part.kind === 'operator' && part.text === '=>') || (part.kind === 'word' && part.text === 'function'),
  );
}
