/**
 * YARA-X as WebAssembly: the rules and what they are held against stay inside its memory, so it runs under Node's permission
 * model, where a native add-on would have to be trusted with everything. The price is some 7 ms for each file.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Compiler, initSync, type Scanner } from '@virustotal/yara-x';
import { z } from 'zod';
import type { RuleSource } from '../../domain/malicious.ts';
import type { Compiled, CompiledRules, MatchedRule, RuleEngine } from './port.ts';

/** Milliseconds for one file; ordinary rules take one for each megabyte. */
const MATCH_TIMEOUT_MS = 30_000;
/** Matches of one pattern that are counted: more say nothing new and fill the memory. */
const MOST_PATTERN_MATCHES = 1_000;
/** Characters of the engine's complaint that are repeated. */
const LONGEST_COMPLAINT = 300;

/** Loads the engine; once for a process, some 30 ms. */
export function createRuleEngine(): RuleEngine {
  const program = fileURLToPath(import.meta.resolve('@virustotal/yara-x')).replace(/[.]js$/, '_bg.wasm');
  initSync({ module: readFileSync(program) });
  return new Engine();
}

class Engine implements RuleEngine {
  broken = false;

  compile(sources: readonly RuleSource[]): Compiled {
    return this.watched(() => compile(sources, this));
  }

  /**
   * A trap or an overflow of the stack leaves the memory of the program as it stood in the middle of its work, and WebAssembly
   * has no way back from there; what the engine refuses in words does no harm.
   */
  watched<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof Error && (error.name === 'RuntimeError' || error.name === 'RangeError')) this.broken = true;
      throw error;
    }
  }
}

function compile(sources: readonly RuleSource[], engine: Engine): Compiled {
  let current = '';
  try {
    const compiler = engine.watched(() => new Compiler());
    for (const { name, text } of sources) {
      current = name;
      // Rules of two files may have the same name.
      compiler.newNamespace(name);
      engine.watched(() => compiler.addSource(text));
    }
    const rules = engine.watched(() => compiler.build());
    const scanner = rules.scanner();
    scanner.setTimeoutMs(MATCH_TIMEOUT_MS);
    scanner.setMaxMatchesPerPattern(MOST_PATTERN_MATCHES);
    return { status: 'compiled', rules: new Rules(scanner, engine), count: ruleCount(sources) };
  } catch (error) {
    return { status: 'refused', reason: `${current}: ${complaintOf(error)}` };
  }
}

/** `error[E009]: unknown identifier` and the `--> line:1:21` behind it, on one line. */
function complaintOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [first = 'it cannot be compiled'] = text.split('\n');
  const place = /--> (line:\d+:\d+)/.exec(text)?.[1];
  return `${first}${place === undefined ? '' : ` at ${place}`}`.slice(0, LONGEST_COMPLAINT);
}

/** Rules by their heads, comments left out (YARA documentation, "Writing YARA rules"). */
function ruleCount(sources: readonly RuleSource[]): number {
  const bare = ({ text }: RuleSource) => text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '');
  return sources.reduce(
    (sum, source) => sum + [...bare(source).matchAll(/^\s*(?:(?:private|global)\s+)*rule\s+\w+/gm)].length,
    0,
  );
}

const resultSchema = z.object({
  valid: z.boolean(),
  errors: z.array(z.unknown()),
  matches: z.array(
    z.object({
      identifier: z.string(),
      namespace: z.string(),
      isPrivate: z.boolean(),
      metadata: z.array(z.object({ identifier: z.string(), value: z.unknown() })),
    }),
  ),
});

class Rules implements CompiledRules {
  private readonly scanner: Scanner;
  private readonly engine: Engine;

  constructor(scanner: Scanner, engine: Engine) {
    this.scanner = scanner;
    this.engine = engine;
  }

  match(bytes: Uint8Array): readonly MatchedRule[] {
    const { valid, errors, matches } = resultSchema.parse(this.engine.watched(() => this.scanner.scan(bytes)));
    if (!valid || errors.length > 0) throw new Error(`the rules could not be held against it: ${String(errors[0])}`);
    return matches
      .filter(({ isPrivate }) => !isPrivate)
      .map(({ identifier, namespace, metadata }) => {
        const said = (name: string) => {
          const value = metadata.find((one) => one.identifier === name)?.value;
          return typeof value === 'string' ? value : '';
        };
        return { origin: namespace, rule: identifier, severity: said('severity'), description: said('description') };
      });
  }
}
