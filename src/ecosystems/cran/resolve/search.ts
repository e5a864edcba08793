/** A search that chooses one version per package and goes back where a choice leads nowhere. */
import { alsoStopped, stoppedWords } from '../../../domain/stopped-release.ts';
import type { Resolution } from '../../contract.ts';
import { treeId } from '../files.ts';
import { BASE_PACKAGES, type Requirement } from '../requirements.ts';
import { compareVersions, holds } from '../versions.ts';
import type { Candidate, Reading } from './reading.ts';

/**
 * Choices tried before a search is given up. Ranges with an upper end are rare in R, so that real trees need hardly more
 * choices than they have packages (some hundreds); a repository made to be hard must not keep a worker for ever.
 */
const MOST_CHOICES = 20_000;

/** What somebody asks for: a request (`by` is `undefined`), or a release that was chosen. */
export interface Wish {
  readonly requirement: Requirement;
  readonly by: string | undefined;
}

export interface Chosen extends Candidate {
  readonly requirements: readonly Requirement[];
}

export interface Found {
  readonly status: 'found';
  readonly chosen: ReadonlyMap<string, Chosen>;
}

/** Why there is no answer: the first thing that could not be had. */
export interface Stopped {
  readonly status: 'stopped';
  readonly stop: Pick<Extract<Resolution, { readonly status: 'unsatisfiable' }>, 'code' | 'name' | 'reason'>;
}

type Stop = Stopped['stop'];

interface State {
  readonly chosen: ReadonlyMap<string, Chosen>;
  readonly wishes: ReadonlyMap<string, readonly Wish[]>;
  /** Names that are wished for and not chosen yet, in the order in which they came up. */
  readonly open: readonly string[];
}

export class Search {
  private readonly reading: Reading;
  private readonly newestOnly: boolean;
  private choices = 0;
  private first: Stop | undefined;

  /** `newestOnly`: of what is needed, only the newest version that the target's R takes; of what is asked for, any. */
  constructor(reading: Reading, { newestOnly }: { readonly newestOnly: boolean }) {
    this.reading = reading;
    this.newestOnly = newestOnly;
  }

  async run(roots: readonly Wish[]): Promise<Found | Stopped> {
    const start = this.adopt({ chosen: new Map(), wishes: new Map(), open: [] }, roots);
    const end = start === undefined ? undefined : await this.from(start);
    if (end !== undefined) return { status: 'found', chosen: end.chosen };
    const stop = this.first ?? { code: 'conflict' as const, name: '', reason: 'nothing was asked for' };
    return { status: 'stopped', stop };
  }

  /** Chooses for the first open name, then for all that follow; `undefined` where no choice leads to an end. */
  private async from(state: State): Promise<State | undefined> {
    const [name, ...open] = state.open;
    if (name === undefined) return state;
    const wishes = state.wishes.get(name) ?? [];
    const all = await this.reading.candidates(name);
    if (all === undefined) return this.stop('unknown-package', name, `no source knows ${name}${askedBy(wishes)}`);
    let why =
      all.length === 0 && this.reading.tree !== undefined
        ? `nothing of ${name} that may be used was built for ${treeId(this.reading.tree)}`
        : `no version of ${name} that may be used is in ${rangesOf(wishes)}`;
    for (const candidate of this.choosable(all, wishes)) {
      this.choices += 1;
      if (this.choices > MOST_CHOICES)
        return this.stop('conflict', name, 'the requirements are too tangled to be resolved');
      const read = await this.reading.requirements(candidate);
      if (!read.usable) why = read.why;
      else if (!fitsAll(candidate.version, wishes)) {
        why = `${name} ${candidate.version} is what R takes, and it is not in ${rangesOf(wishes)}`;
        break;
      } else {
        const end = await this.choose({ ...state, open }, { ...candidate, requirements: read.requirements });
        if (end !== undefined || this.isFixed(wishes)) return end;
      }
    }
    const fitting = this.reading.stopped(name).filter(({ version }) => fitsAll(version, wishes));
    const stopped = alsoStopped(stoppedWords(name, fitting, compareVersions));
    return this.stop('no-match', name, `${why}${askedBy(wishes)}${stopped}`);
  }

  /** R takes the newest version of what is needed, whatever range it is needed in. */
  private choosable(all: readonly Candidate[], wishes: readonly Wish[]): readonly Candidate[] {
    return this.isFixed(wishes) ? all : all.filter(({ version }) => fitsAll(version, wishes));
  }

  private isFixed(wishes: readonly Wish[]): boolean {
    return this.newestOnly && wishes.every(({ by }) => by !== undefined);
  }

  private async choose(state: State, release: Chosen): Promise<State | undefined> {
    const by = `${release.name} ${release.version}`;
    const wishes = release.requirements.map((requirement) => ({ requirement, by }));
    const chosen = new Map(state.chosen).set(release.name, release);
    const next = this.adopt({ ...state, chosen }, wishes);
    return next === undefined ? undefined : await this.from(next);
  }

  /** A state with more wishes, or `undefined` where one contradicts what is chosen. */
  private adopt(state: State, more: readonly Wish[]): State | undefined {
    const wishes = new Map(state.wishes);
    const open = [...state.open];
    for (const wish of more) {
      const { name } = wish.requirement;
      if (BASE_PACKAGES.has(name)) {
        // They have the version of R itself.
        if (!fits(this.reading.rVersion, wish))
          return this.stop('no-match', name, `${name} is that of R ${this.reading.rVersion}${askedBy([wish])}`);
        continue;
      }
      const known = state.chosen.get(name);
      const all = [...(wishes.get(name) ?? []), wish];
      if (known !== undefined && !fits(known.version, wish))
        return this.stop('conflict', name, `${name} is wanted in ${rangesOf(all)}${askedBy(all)}`);
      wishes.set(name, all);
      if (known === undefined && !open.includes(name)) open.push(name);
    }
    return { chosen: state.chosen, wishes, open };
  }

  private stop(code: Stop['code'], name: string, reason: string): undefined {
    this.first ??= { code, name, reason };
    return undefined;
  }
}

function fits(version: string, { requirement }: Wish): boolean {
  return requirement.comparisons.every((comparison) => holds(version, comparison));
}

function fitsAll(version: string, wishes: readonly Wish[]): boolean {
  return wishes.every((wish) => fits(version, wish));
}

function rangesOf(wishes: readonly Wish[]): string {
  const texts = wishes.flatMap(({ requirement }) =>
    requirement.comparisons.map(({ operator, version }) => `${operator} ${version}`),
  );
  return texts.length === 0 ? 'any version' : [...new Set(texts)].join(', ');
}

function askedBy(wishes: readonly Wish[]): string {
  const names = [...new Set(wishes.flatMap(({ by }) => by ?? []))];
  return names.length === 0 ? '' : `, needed by ${names.slice(0, 3).join(' and ')}`;
}
