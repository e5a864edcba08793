/** What the calls of one function come to together. */
import type { Call } from '../syntax/source.ts';

/** What the calls of one function do. */
interface Company {
  /** Where the first call that saves a file ends, 0 for one that fetches it as well; `Infinity` where none does. */
  readonly saved: number;
  /** Where the first call that sends or fetches ends. */
  readonly talked: number;
  readonly decodes: boolean;
}

const SAVES = /(?:^|\.)(?:open|write|write_bytes|writeFile|writeFileSync|createWriteStream)$/;

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
export class Companies {
  private readonly known = new Map<unknown, Company>();

  constructor(calls: readonly Call[], network: readonly Call[]) {
    for (const { name, end, scope } of calls) {
      const saved = /urlretrieve|download\.file/.test(name) ? 0 : SAVES.test(name) ? end : Infinity;
      const decodes = /b64decode|decompress$|unhexlify|fromhex/.test(name);
      if (saved < Infinity || decodes) this.add(scope, { saved, talked: Infinity, decodes });
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
