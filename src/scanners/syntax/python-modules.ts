/** What a Python text can mean by the name of a module: which of its members it names, and whether it imports it at all. */
import { holds, type Probe, placing } from './vocabulary.ts';

/** What a text says of one module. */
interface Uses {
  /** Whether the name stands where it may be given another one: then any member may be named anywhere. */
  readonly isOpen: boolean;
  readonly isImported: boolean;
  /** Members that stand behind its name, of those that somebody asks about. */
  readonly members: ReadonlySet<string>;
}

class Module {
  readonly asked = new Set<string>();
  private readonly name: string;
  private readonly placesIn: (text: string) => readonly number[];

  constructor(name: string) {
    this.name = name;
    this.placesIn = placing(name);
  }

  usesIn(text: string): Uses {
    let [isOpen, isImported] = [false, false];
    const members = new Set<string>();
    for (const place of this.placesIn(text)) {
      const end = place + this.name.length;
      const member = memberAt(text, end);
      isOpen ||= member === undefined ? !isPlainImport(text, place, end) : NAMES_ANY.has(member);
      isImported ||= mayBeImported(text, place);
      if (isOpen && isImported) break;
      if (member !== undefined && this.asked.has(member)) members.add(member);
    }
    return { isOpen, isImported, members };
  }
}

/** What loads a module by a text, which may be put together of several or hold escapes: its name need not stand there. */
const LOADERS = ['__import__', 'import_module'].map(placing);
const loadsAny: Probe = { test: (text) => LOADERS.some((placesIn) => placesIn(text).length > 0) };

const MODULES = new Map<string, Module>();
/** What is known of the text that was asked about last: the scanners see one file after the other. */
let last: { readonly text: string; readonly uses: Map<Module, Uses> } | undefined;

function moduleOf(name: string): Module {
  const module = MODULES.get(name) ?? new Module(name);
  MODULES.set(name, module);
  return module;
}

function usesOf(module: Module, text: string): Uses {
  if (last?.text !== text) last = { text, uses: new Map() };
  const uses = last.uses.get(module) ?? module.usesIn(text);
  last.uses.set(module, uses);
  return uses;
}

/**
 * What a text holds wherever a dotted name can mean what it says: the member behind the name of its module, that name where
 * it may become another one, or what loads modules. `undefined` for names that no module begins.
 */
export function namingMember(dotted: string): Probe | undefined {
  const [, root, member] = /^(\w{2,})\.(\w+)/.exec(dotted) ?? [];
  if (root === undefined || member === undefined) return undefined;
  const module = moduleOf(root);
  module.asked.add(member);
  return {
    test(text) {
      const { isOpen, members } = usesOf(module, text);
      return isOpen || members.has(member) || holds(text, loadsAny);
    },
  };
}

/** What a text holds wherever a module can come in by its name. */
export function importing(name: string): Probe {
  const module = moduleOf(name);
  return { test: (text) => usesOf(module, text).isImported };
}

/** Stand for any member: nothing that could be read, and what keeps all of them. */
const NAMES_ANY: ReadonlySet<string> = new Set(['', '__dict__']);
const MEMBER = /[ \t\r\n]{0,200}\.[ \t\r\n]{0,200}(\w{0,100})/y;

/** The word behind the dot behind a name; empty where none follows the dot, `undefined` where there is no dot. */
function memberAt(text: string, end: number): string | undefined {
  MEMBER.lastIndex = end;
  return MEMBER.exec(text)?.[1];
}

/** Characters before a name that are looked at: where its line is longer, anything may stand there. */
const LONGEST_BEFORE = 200;

/** What stands on a line before a place; nothing where the line is too long. */
function lineBefore(text: string, place: number): string | undefined {
  const from = Math.max(0, place - LONGEST_BEFORE);
  const start = text.slice(from, place).lastIndexOf('\n') + 1;
  return start === 0 && from > 0 ? undefined : text.slice(from + start, place);
}

const ENDS_CLAUSE = /[ \t]{0,200}(?:[\r\n,;#]|$)/y;

/** Whether a name stands in an `import` that gives it no other one. */
function isPlainImport(text: string, place: number, end: number): boolean {
  ENDS_CLAUSE.lastIndex = end;
  return ENDS_CLAUSE.test(text) && /^[ \t]*import[ \t][\w., \t]*$/.test(lineBefore(text, place) ?? '');
}

/** A name that is a string or a member; one whose line goes on from the line before. */
const MAY_GO_ON = /(?:(?:^|["'.])\s*|\\\r?\n[^\n]*)$/;

/** Whether a name stands where an import, or what stands for one, may name it. */
function mayBeImported(text: string, place: number): boolean {
  const line = lineBefore(text, place);
  if (line === undefined || line.includes('import') || line.includes('from')) return true;
  return MAY_GO_ON.test(text.slice(Math.max(0, place - LONGEST_BEFORE), place));
}
