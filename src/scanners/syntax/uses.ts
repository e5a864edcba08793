/** What is found in a source, each with where it stands. */
import type { ImportedName } from './bindings.ts';
import type { Power } from './powers.ts';
import type { CallNode, Node } from './tree.ts';

/** Where something stands: what runs when the file is loaded, and what only when a function is called. */
export interface Scope {
  /** Inside a function body or a lambda. */
  readonly deferred: boolean;
  /** Under `if __name__ == '__main__'`: runs as a program, not on import. */
  readonly program: boolean;
  /** Names of the functions around, outermost first. */
  readonly functions: readonly string[];
  readonly values: Values;
  /** The same of the module around; of a module itself, its own. */
  readonly outer: Values;
}

/** What names were given in a function, as it was given last. */
export interface Values {
  get(name: string): readonly Node[] | undefined;
}

export interface Call {
  /** Dotted name as `Bindings.resolve` has it. */
  readonly name: string;
  /** Number of the name, by which answers about it are kept (`name-answers.ts`). */
  readonly number: number;
  /** What the name gives; several scanners ask about every call. */
  readonly power: Power | undefined;
  readonly node: CallNode;
  /** Offsets of the node, which is made only for who asks for more. */
  readonly start: number;
  readonly end: number;
  readonly scope: Scope;
  /** Whether an argument may be passed by name: most calls have none such, and nothing need be made of them to know. */
  readonly hasKeywords: boolean;
  /** Arguments, keywords included; a name that was given a value before stands for that value. */
  readonly args: readonly (readonly Node[])[];
}

export interface Assignment {
  /** Dotted name, or the key where `property` is true. */
  readonly target: string;
  readonly property: boolean;
  readonly value: readonly Node[];
  readonly start: number;
  /** Offset after the value. */
  readonly end: number;
  readonly scope: Scope;
}

export interface Import extends ImportedName {
  readonly start: number;
  readonly scope: Scope;
}

/** A member of something imported or global that is not called: `os.environ`, `process.env.HOME`. */
export interface Mention {
  readonly name: string;
  readonly start: number;
}

/** One statement, argument or item with more than one part, or one keyword: what rules ask about between the calls. */
export interface Phrase {
  readonly parts: readonly Node[];
  readonly start: number;
  /** Stands in brackets after a name, where `a=b` is a keyword or a default. */
  readonly argument: boolean;
  readonly scope: Scope;
  /** The phrase after it in the file. */
  readonly next: Phrase | undefined;
}
