/** What the calls of one function come to together. */
import { matching, NameAnswers } from '../syntax/name-answers.ts';
import type { Call, Source } from '../syntax/source.ts';
import type { Said } from './signs.ts';

/** What the calls of one function do. */
interface Company {
  /** Where the first call that saves a file ends, 0 for one that fetches it as well; `Infinity` where none does. */
  readonly saved: number;
  /** Where the first call that sends or fetches ends. */
  readonly talked: number;
  readonly decodes: boolean;
}

const SAVES = /(?:^|\.)(?:open|write|write_bytes|writeFile|writeFileSync|createWriteStream)$/;

/** What a call does by its name. */
interface Deed {
  /** Fetches a file and saves it. */
  readonly fetches: boolean;
  readonly saves: boolean;
  readonly decodes: boolean;
}

const NOTHING: Deed = { fetches: false, saves: false, decodes: false };

const deeds = new NameAnswers((name): Deed => {
  const fetches = /urlretrieve|download\.file/.test(name);
  const saves = SAVES.test(name);
  const decodes = /b64decode|decompress$|unhexlify|fromhex/.test(name);
  return fetches || saves || decodes ? { fetches, saves, decodes } : NOTHING;
});

const NO_COMPANY: Company = { saved: Infinity, talked: Infinity, decodes: false };

/** A function is known by its values, and by the name of the outermost one around it. */
function keysOf({ values, functions: [outer] }: Call['scope']): readonly unknown[] {
  return outer === undefined ? [values] : [values, outer];
}

function both(a: Company, b: Company): Company {
  return {
    saved: Math.min(a.saved, b.saved),
    talked: Math.min(a.talked, b.talked),
    decodes: a.decodes || b.decodes,
  };
}

/** What stands together in one function, callbacks in it included; each call is looked at once. */
class Companies {
  private readonly known = new Map<unknown, Company>();

  constructor(calls: readonly Call[], network: readonly Call[]) {
    for (const call of calls) {
      const deed = deeds.about(call);
      if (deed === NOTHING) continue;
      const { fetches, saves, decodes } = deed;
      const saved = fetches ? 0 : saves ? call.end : Infinity;
      this.add(call.scope, { saved, talked: Infinity, decodes });
    }
    for (const { end, scope } of network) this.add(scope, { saved: Infinity, talked: end, decodes: false });
  }

  /** What is done in the function of a call. */
  of({ scope }: Call): Company {
    const [own, outer] = keysOf(scope).map((key) => this.known.get(key) ?? NO_COMPANY);
    return own === undefined ? NO_COMPANY : both(own, outer ?? NO_COMPANY);
  }

  private add(scope: Call['scope'], one: Company): void {
    for (const key of keysOf(scope)) this.known.set(key, both(this.known.get(key) ?? NO_COMPANY, one));
  }
}

/** More of the same program, or a page for the user to look at. */
const STARTS_ITSELF = /multiprocessing|ProcessPool|concurrent\.futures|webbrowser/;

/** A command that prints or clears the screen, whatever was fetched before it. */
const ONLY_PRINTS = /^[\w.]{1,40}\(\s*\[?\s*f?["'](?:echo|clear|cls|title|pause|color)\b[^&|;<>`$"']*["']/;
/** Characters of a call that are looked at. */
const CALL_TEXT = 200;
/** The right to run a file (POSIX, `sys/stat.h`), as it is given. */
const RUNNABLE = /S_IEXEC|S_IXUSR|S_IRWXU|\b0o?[157][0-7]{2}\b|["']\+?x["']|["']?[157][0-7]{2}["']?\s*\)$/;
const chmods = matching(/(?:^|\.)chmod(?:Sync)?$/, ['chmod', 'chmodSync']);

/** What is started in a function that saves what it fetched or decoded. */
export function companySigns(source: Source, network: readonly Call[]): readonly Said[] {
  const { noted, text } = source;
  const written = ({ start, end }: Call) => text.slice(start, Math.min(end, start + CALL_TEXT));
  const starts = noted.filter(
    (call) => call.power === 'processes' && !STARTS_ITSELF.test(call.name) && !ONLY_PRINTS.test(written(call)),
  );
  const allows = network.length === 0 ? [] : noted.filter((call) => chmods.about(call) && RUNNABLE.test(written(call)));
  if (starts.length + allows.length === 0) return [];
  const companies = new Companies(source.calls, network);
  const made = allows.flatMap((call): Said[] => {
    const { saved, talked } = companies.of(call);
    return saved < call.start && talked < call.start ? [{ sign: 'fetched-program', start: call.start }] : [];
  });
  const started = starts.flatMap((call): Said[] => {
    const { saved, talked, decodes } = companies.of(call);
    const { start } = call;
    if (saved >= start) return [];
    if (talked < start) return [{ sign: 'download-and-run', start }];
    return decodes ? [{ sign: 'self-extraction', start }] : [];
  });
  return [...made, ...started];
}
