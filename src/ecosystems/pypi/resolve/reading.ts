import type { Distribution } from '../../../domain/distribution.ts';
import type { CandidateView, ResolveOptions } from '../../contract.ts';
import { type CoreMetadata, parseCoreMetadata } from '../core-metadata.ts';
import { evaluateMarker } from '../markers.ts';
import { parseRequirement, type Requirement } from '../requirements.ts';
import { parseSpecifierSet } from '../specifiers.ts';
import type { TargetProfile } from '../targets.ts';
import { parseVersion } from '../version.ts';
import { type Candidate, type EligiblePackage, eligible, UNKNOWN_PACKAGE } from './candidates.ts';
import { type Demand, demandOf, type Pin } from './demands.ts';
import { Gate } from './gate.ts';

/** Reads from the view at once: a polite number of connections to one index, enough to hide its latency. */
const READS_AT_ONCE = 12;

/** Thrown where something that the answer depends on cannot be read; caught in `resolve`, which makes it a value. */
export class Unreadable extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.name = 'Unreadable';
    this.reason = reason;
  }
}

/** A release's metadata as the search uses it, or why the release cannot be chosen. */
type Knowledge =
  | { readonly usable: true; readonly metadata: CoreMetadata; readonly requirements: readonly Requirement[] }
  | { readonly usable: false; readonly python: string | undefined; readonly why: string };

/** What a pin asks for, or that it cannot be chosen, with the demand that says why. */
export type Asked =
  | { readonly usable: true; readonly demands: readonly Demand[]; readonly unknownExtras: readonly string[] }
  | { readonly usable: false; readonly blame: Demand; readonly warning: string | undefined };

export interface ReadingDeps {
  readonly view: CandidateView;
  readonly profile: TargetProfile;
  readonly options: ResolveOptions;
}

/** What one resolution has read: each package and each metadata text once. */
export class Reading {
  private readonly deps: ReadingDeps;
  private readonly gate = new Gate(READS_AT_ONCE);
  private readonly packages = new Map<string, Promise<void>>();
  private readonly broken = new Map<string, Unreadable>();
  private readonly loaded = new Map<string, EligiblePackage>();
  private readonly metadata = new Map<Distribution, Promise<Knowledge>>();

  constructor(deps: ReadingDeps) {
    this.deps = deps;
  }

  /** Loads the packages of some names, several at once. */
  async load(names: Iterable<string>): Promise<void> {
    await Promise.all([...new Set(names)].map((name) => this.loadOne(name)));
  }

  /** Why a package that was loaded cannot be read; only what is really needed may stop a search. */
  brokenBy(name: string): Unreadable | undefined {
    return this.broken.get(name);
  }

  /** How many metadata texts were asked for. */
  get metadataReads(): number {
    return this.metadata.size;
  }

  /** Forgets what was to be read ahead and was not begun. */
  stop(): void {
    this.gate.clear();
  }

  /** A package that was loaded. */
  package(name: string): EligiblePackage {
    return this.loaded.get(name) ?? UNKNOWN_PACKAGE;
  }

  /** Starts to read what will be needed next. Whatever goes wrong shows when it is really needed. */
  prefetch(candidate: Candidate): void {
    this.knowledge(candidate).catch(() => undefined);
  }

  /** Says what was chosen: a later conflict may still have it given up. */
  chosen({ name, version, distribution }: Candidate): void {
    this.deps.view.chosen?.({ name, version, distribution });
  }

  /** What a pin asks for on this target. Throws `Unreadable`. */
  async asked(pin: Pin): Promise<Asked> {
    const knowledge = await this.knowledge(pin.candidate);
    if (!knowledge.usable) {
      const warning = knowledge.python === undefined ? knowledge.why : undefined;
      return { usable: false, blame: blameOf(pin, knowledge.python ?? knowledge.why), warning };
    }
    const { metadata, requirements } = knowledge;
    const known = pin.extras.filter((extra) => metadata.providesExtra.includes(extra));
    const demands: Demand[] = pin.extras.length === 0 ? [] : [ownRelease(pin)];
    for (const requirement of requirements) {
      if (this.applies(requirement, known)) demands.push(demandOf(requirement, pin));
    }
    return { usable: true, demands, unknownExtras: pin.extras.filter((extra) => !known.includes(extra)) };
  }

  private applies({ marker }: Requirement, extras: readonly string[]): boolean {
    if (marker === undefined) return true;
    return ['', ...extras].some((extra) => evaluateMarker(marker, this.deps.profile.environment, extra));
  }

  private loadOne(name: string): Promise<void> {
    const started = this.packages.get(name);
    if (started !== undefined) return started;
    const reading = this.gate.run(async () => {
      const found = await this.deps.view.package(name);
      if (found.status === 'unreadable') {
        this.broken.set(name, new Unreadable(`The package ${name} cannot be read: ${found.reason}`));
      } else {
        this.loaded.set(name, eligible(name, found, this.deps));
      }
    });
    this.packages.set(name, reading);
    return reading;
  }

  private knowledge(candidate: Candidate): Promise<Knowledge> {
    const started = this.metadata.get(candidate.distribution);
    if (started !== undefined) return started;
    const reading = this.gate.run(async () => {
      const answer = await this.deps.view.metadata(candidate.distribution);
      if ('unreadable' in answer) {
        const file = candidate.distribution.filename;
        throw new Unreadable(`The metadata of ${file} cannot be read: ${answer.unreadable}`);
      }
      return judge(candidate, answer.text, this.deps.profile);
    });
    this.metadata.set(candidate.distribution, reading);
    return reading;
  }
}

/** The release with extras asks for its own release without them, so that both are one. */
function ownRelease(pin: Pin): Demand {
  const { name, version } = pin.candidate;
  const anything = parseSpecifierSet('');
  if (anything === undefined) throw new Unreadable('The empty specifier set cannot be read');
  const demand = demandOf({ name, extras: [], specifiers: anything, url: undefined }, pin);
  return { ...demand, exact: version, text: `${name}==${version}` };
}

function blameOf(pin: Pin, why: string): Demand {
  return { ...ownRelease(pin), identifier: `<${pin.candidate.name}>`, exact: undefined, python: why };
}

/** Metadata that is for another release, or cannot be read as metadata, rules its release out, as in pip. */
function judge(candidate: Candidate, text: string, profile: TargetProfile): Knowledge {
  const file = candidate.distribution.filename;
  const refuse = (why: string): Knowledge => ({
    usable: false,
    python: undefined,
    why: `${file} was passed over: ${why}`,
  });
  const parsed = parseCoreMetadata(text);
  if (!parsed.ok) return refuse(parsed.problem);
  const { metadata } = parsed;
  if (metadata.name !== candidate.name || parseVersion(metadata.version)?.key !== candidate.parsed.key) {
    return refuse(`its metadata is of ${metadata.name} ${metadata.version}`);
  }
  if (candidate.distribution.kind === 'sdist') requireStatic(file, metadata);
  const python = metadata.requiresPython === undefined ? undefined : parseSpecifierSet(metadata.requiresPython);
  if (metadata.requiresPython !== undefined && python === undefined) return refuse('its Requires-Python is no range');
  if (python !== undefined && !python.matches(profile.pythonVersion)) {
    return { usable: false, python: python.text, why: `${file} needs Python ${python.text}` };
  }
  const requirements: Requirement[] = [];
  for (const line of metadata.requiresDist) {
    const requirement = parseRequirement(line);
    if (requirement === undefined) return refuse(`its requirement ${JSON.stringify(line.slice(0, 200))} is none`);
    requirements.push(requirement);
  }
  return { usable: true, metadata, requirements };
}

/** PEP 643: only from metadata 2.2 on, and only where the field is not dynamic, does an sdist say what it will need. */
function requireStatic(file: string, metadata: CoreMetadata): void {
  const [major = 0, minor = 0] = metadata.metadataVersion.split('.').map(Number);
  const stated = (major > 2 || (major === 2 && minor >= 2)) && !metadata.dynamic.includes('requires-dist');
  if (!stated) throw new Unreadable(`What ${file} requires is only known once it is built`);
}
