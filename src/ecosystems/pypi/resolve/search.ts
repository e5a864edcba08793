import type { Candidate } from './candidates.ts';
import {
  type Criterion,
  type Demand,
  findMatches,
  identifierOf,
  isPinned,
  isUpperBounded,
  meetsDemand,
  type Pin,
} from './demands.ts';
import type { Asked, Reading } from './reading.ts';

/**
 * Most releases that one search tries. Ordinary trees take fewer than 1,000; a hard one could go on for longer than
 * anyone waits, so here it ends with a clear answer (pip ends after 200,000 pins, which may be hours).
 */
export const MOST_STEPS = 20_000;
/** Most metadata texts that one search asks for: each may be a request to an index that others use too. */
export const MOST_METADATA_READS = 5_000;

/** How a search ends. */
export type SearchResult =
  | { readonly status: 'found'; readonly pins: ReadonlyMap<string, Pin> }
  | { readonly status: 'impossible'; readonly causes: readonly Demand[] }
  | { readonly status: 'too-hard'; readonly causes: readonly Demand[] };

interface State {
  readonly pins: Map<string, Pin>;
  readonly criteria: Map<string, Criterion>;
}

/**
 * The search of resolvelib (the library inside pip), with its backjumping: pin one name after another, take the best
 * release whose requirements agree with all others, and where there is none go back to the pin that is to blame.
 */
export class Search {
  private readonly reading: Reading;
  private readonly rootOrder = new Map<string, number>();
  private states: State[] = [{ pins: new Map(), criteria: new Map() }];
  private tries = 0;
  private causes: readonly Demand[] = [];
  private readonly askedBy = new Map<Pin, Extract<Asked, { usable: true }>>();
  /** Why releases were passed over. */
  readonly warnings = new Set<string>();

  constructor(reading: Reading) {
    this.reading = reading;
  }

  /** What a pin asked for: needed again when going back, and for the answer. */
  demandsOf(pin: Pin): readonly Demand[] {
    return this.askedBy.get(pin)?.demands ?? [];
  }

  /** The extras asked of a pin that its release does not have. */
  unknownExtrasOf(pin: Pin): readonly string[] {
    return this.askedBy.get(pin)?.unknownExtras ?? [];
  }

  async run(roots: readonly Demand[]): Promise<SearchResult> {
    roots.forEach((root, index) => {
      if (!this.rootOrder.has(root.identifier)) this.rootOrder.set(root.identifier, index);
    });
    await this.reading.load(roots.map((root) => root.name));
    const failed = this.addDemands(this.top().criteria, roots);
    if (failed !== undefined) return { status: 'impossible', causes: failed };
    this.prefetchNext();
    this.pushState();
    for (;;) {
      const { pins, criteria } = this.top();
      const open = [...criteria.keys()].filter((identifier) => !this.isSettled(identifier));
      if (open.length === 0) return { status: 'found', pins };
      const failed = await this.pinOne(this.next(open), new Set(open));
      if (this.isTooHard()) return { status: 'too-hard', causes: failed ?? this.causes };
      if (failed !== undefined) {
        const possible = this.goBack(failed);
        this.causes = failed;
        if (!possible) return { status: 'impossible', causes: failed };
      }
    }
  }

  private isTooHard(): boolean {
    return this.tries > MOST_STEPS || this.reading.metadataReads > MOST_METADATA_READS;
  }

  private top(): State {
    const state = this.states.at(-1);
    if (state === undefined) throw new RangeError('The search has no state');
    return state;
  }

  private pushState(): void {
    const { pins, criteria } = this.top();
    this.states.push({ pins: new Map(pins), criteria: new Map(criteria) });
  }

  private isSettled(identifier: string): boolean {
    const { pins, criteria } = this.top();
    const pin = pins.get(identifier);
    const demands = criteria.get(identifier)?.demands ?? [];
    // What nothing asks for any more needs no pin.
    if (demands.length === 0) return true;
    return pin !== undefined && demands.every((demand) => meetsDemand(demand, pin.candidate));
  }

  /** As pip prefers: what takes part in the last conflict, pinned, bounded from above, in the order asked for, by name. */
  private next(open: readonly string[]): string {
    const blamed = new Set(this.causes.flatMap((cause) => [cause.identifier, cause.parent?.identifier]));
    const narrowed = open.filter((identifier) => blamed.has(identifier));
    const ranked = (narrowed.length > 0 ? narrowed : open).map((identifier) => {
      const demands = this.top().criteria.get(identifier)?.demands ?? [];
      const rank = [
        demands.some((demand) => demand.exact !== undefined) ? 0 : 1,
        demands.some(isPinned) ? 0 : 1,
        demands.some(isUpperBounded) ? 0 : 1,
        this.rootOrder.get(identifier) ?? Number.MAX_SAFE_INTEGER,
        demands.some((demand) => demand.specifiers.specifiers.length > 0) ? 0 : 1,
      ];
      return { identifier, rank };
    });
    const [best] = ranked.toSorted((a, b) => compareRanks(a.rank, b.rank) || (a.identifier < b.identifier ? -1 : 1));
    return best?.identifier ?? '';
  }

  /** Pins the best release that agrees with everything. The demands to blame where there is none. */
  private async pinOne(identifier: string, open: ReadonlySet<string>): Promise<readonly Demand[] | undefined> {
    const criterion = this.top().criteria.get(identifier);
    const extras = criterion?.demands[0]?.extras ?? [];
    const blame: Demand[] = [];
    for (const candidate of criterion?.matches ?? []) {
      this.tries += 1;
      if (this.isTooHard()) break;
      const pin: Pin = { identifier, extras, candidate, because: criterion?.demands[0] };
      const failed = await this.tryPin(pin, open);
      if (failed === undefined) return undefined;
      blame.push(...failed);
    }
    return dedupe(blame);
  }

  private async tryPin(pin: Pin, open: ReadonlySet<string>): Promise<readonly Demand[] | undefined> {
    const asked = await this.reading.asked(pin);
    if (!asked.usable) {
      if (asked.warning !== undefined) this.warnings.add(asked.warning);
      return [asked.blame];
    }
    await this.reading.load(asked.demands.filter((demand) => demand.url === undefined).map((demand) => demand.name));
    const criteria = this.withoutDemandsOf(this.top().criteria, new Set([pin.identifier]));
    const failed = this.addDemands(criteria, asked.demands);
    if (failed !== undefined) return failed;
    this.askedBy.set(pin, asked);
    this.commit(pin, criteria, open);
    return undefined;
  }

  private commit(pin: Pin, criteria: Map<string, Criterion>, open: ReadonlySet<string>): void {
    const { pins } = this.top();
    // Pinned again, it becomes the latest pin: the order of pins is the order of going back.
    pins.delete(pin.identifier);
    pins.set(pin.identifier, pin);
    this.states[this.states.length - 1] = { pins, criteria };
    const unsettled = [...criteria.keys()].filter((key) => !open.has(key) && pins.has(key) && !this.isSettled(key));
    const cleaned = unsettled.length === 0 ? criteria : this.withoutDemandsOf(criteria, new Set(unsettled));
    this.states[this.states.length - 1] = { pins, criteria: cleaned };
    this.pushState();
    this.prefetchNext();
    this.reading.chosen(pin.candidate);
  }

  /** The criteria without what some pins asked for: they are about to be pinned anew. */
  private withoutDemandsOf(
    criteria: ReadonlyMap<string, Criterion>,
    parents: ReadonlySet<string>,
  ): Map<string, Criterion> {
    const kept = new Map<string, Criterion>();
    for (const [identifier, criterion] of criteria) {
      const demands = criterion.demands.filter(({ parent }) => parent === undefined || !parents.has(parent.identifier));
      kept.set(identifier, demands.length === criterion.demands.length ? criterion : { ...criterion, demands });
    }
    for (const [identifier, { demands, incompatible }] of kept) {
      const isChanged = demands !== criteria.get(identifier)?.demands && demands.length > 0;
      if (isChanged)
        kept.set(identifier, { demands, incompatible, matches: this.matchesOf(kept, { demands, incompatible }) });
    }
    return kept;
  }

  /**
   * Adds demands, those on packages that cannot be read last: where the others already exclude each other, nobody needs
   * to know. Throws `Unreadable`.
   */
  private addDemands(criteria: Map<string, Criterion>, demands: readonly Demand[]): readonly Demand[] | undefined {
    const broken = demands.map((demand) => this.reading.brokenBy(demand.name));
    for (const [index, demand] of demands.entries()) {
      const failed = broken[index] === undefined ? this.addDemand(criteria, demand) : undefined;
      if (failed !== undefined) return failed;
    }
    const needed = broken.find((one) => one !== undefined);
    if (needed !== undefined) throw needed;
    return undefined;
  }

  /** Adds a demand to the criteria; the demands that cannot all be met where no release is left. */
  private addDemand(criteria: Map<string, Criterion>, demand: Demand): readonly Demand[] | undefined {
    const known = criteria.get(demand.identifier);
    const demands = [...(known?.demands ?? []), demand];
    const incompatible = known?.incompatible ?? new Set<string>();
    const matches = this.matchesOf(criteria, { demands, incompatible });
    if (matches.length === 0) return this.blameFor(criteria, demands);
    criteria.set(demand.identifier, { demands, incompatible, matches });
    return undefined;
  }

  /** With extras, the demands on the name alone count too. */
  private matchesOf(
    criteria: ReadonlyMap<string, Criterion>,
    { demands, incompatible }: Pick<Criterion, 'demands' | 'incompatible'>,
  ): readonly Candidate[] {
    const [first] = demands;
    if (first === undefined) return [];
    const onName = first.extras.length === 0 ? [] : (criteria.get(identifierOf(first.name, []))?.demands ?? []);
    return findMatches(this.reading.package(first.name), [...demands, ...onName], incompatible);
  }

  private blameFor(criteria: ReadonlyMap<string, Criterion>, demands: readonly Demand[]): readonly Demand[] {
    const [first] = demands;
    if (first === undefined || first.extras.length === 0) return demands;
    return [...demands, ...(criteria.get(identifierOf(first.name, []))?.demands ?? [])];
  }

  /** Goes back to the latest pin that asked for something in the conflict, and rules that pin out. */
  private goBack(causes: readonly Demand[]): boolean {
    const blamed = new Set(causes.flatMap((cause) => [cause.identifier, cause.parent?.identifier]));
    while (this.states.length >= 3) {
      this.states.pop();
      const broken = this.popBlamed(blamed);
      if (broken === undefined) return false;
      const ruledOut = new Map([...broken.state.criteria].map(([key, { incompatible }]) => [key, incompatible]));
      const { identifier, candidate } = broken.pin;
      ruledOut.set(identifier, new Set([...(ruledOut.get(identifier) ?? []), candidate.version]));
      this.pushState();
      if (this.ruleOut(ruledOut)) return true;
    }
    return false;
  }

  private popBlamed(blamed: ReadonlySet<string | undefined>): { readonly state: State; readonly pin: Pin } | undefined {
    for (;;) {
      const state = this.states.pop();
      const pin = state === undefined ? undefined : [...state.pins.values()].at(-1);
      if (state === undefined || pin === undefined || this.states.length === 0) return undefined;
      const involved = this.demandsOf(pin).some((demand) => blamed.has(demand.identifier));
      if (involved || state.pins.size === 1) return { state, pin };
    }
  }

  private ruleOut(ruledOut: ReadonlyMap<string, ReadonlySet<string>>): boolean {
    const { criteria } = this.top();
    for (const [identifier, versions] of ruledOut) {
      const criterion = criteria.get(identifier);
      if (versions.size === 0 || criterion === undefined) continue;
      const incompatible = new Set([...criterion.incompatible, ...versions]);
      const matches = this.matchesOf(criteria, { demands: criterion.demands, incompatible });
      if (matches.length === 0) return false;
      criteria.set(identifier, { demands: criterion.demands, incompatible, matches });
    }
    return true;
  }

  /** The best release of each open name is nearly always the one that is read next. */
  private prefetchNext(): void {
    const { pins, criteria } = this.top();
    for (const [identifier, { demands, matches }] of criteria) {
      const [first] = matches;
      if (first !== undefined && demands.length > 0 && !pins.has(identifier)) this.reading.prefetch(first);
    }
  }
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((rank, index) => rank !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

/** The same demand of the same parent once. */
function dedupe(demands: readonly Demand[]): readonly Demand[] {
  const seen = new Map<string, Demand>();
  for (const demand of demands) {
    const parent = demand.parent === undefined ? '' : `${demand.parent.identifier} ${demand.parent.candidate.version}`;
    const key = `${demand.identifier} ${demand.text} ${demand.python ?? ''} ${parent}`;
    if (!seen.has(key)) seen.set(key, demand);
  }
  return [...seen.values()];
}
