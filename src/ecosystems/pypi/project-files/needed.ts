/** A requirement as something that is asked for: which targets it is for, and which versions. */
import { Problem } from '../../../domain/problem.ts';
import type { Target } from '../../../domain/target.ts';
import type { NeededPackage } from '../../contract.ts';
import { evaluateMarker, type Marker, parseMarker } from '../markers.ts';
import { parseRequirement, type Requirement } from '../requirements.ts';
import { profileOf } from '../targets.ts';
import { pypiVersions } from '../versions.ts';

/** A requirement of PEP 508; nothing where its marker holds for none of the targets. Throws where it is none, or a URL. */
export function neededBy(text: string, targets: readonly Target[]): readonly NeededPackage[] {
  const requirement = parseRequirement(text);
  if (requirement === undefined) throw notARequirement(text);
  if (requirement.url !== undefined) throw elsewhere(requirement.name, requirement.url);
  return isFor(requirement.marker, targets) ? [neededOf(requirement)] : [];
}

/** Whether a marker's text holds for any target; one that cannot be read holds, so that nothing is left out by mistake. */
export function holdsFor(marker: string | undefined, targets: readonly Target[]): boolean {
  return marker === undefined || marker === '' || isFor(parseMarker(marker), targets);
}

function isFor(marker: Marker | undefined, targets: readonly Target[]): boolean {
  if (marker === undefined || targets.length === 0) return true;
  return targets.some((target) => evaluateMarker(marker, profileOf(target).environment, ''));
}

function neededOf({ name, extras, specifiers }: Requirement): NeededPackage {
  const more = extras.length === 0 ? {} : { extras };
  const pinned = /^={2,3}\s*([^\s,*]+)$/.exec(specifiers.text)?.[1];
  const version = pinned === undefined ? undefined : pypiVersions.normalise(pinned);
  if (version !== undefined) return { name, version, ...more };
  return { name, version: null, ...more, ...(specifiers.text === '' ? {} : { range: specifiers.text }) };
}

export function elsewhere(name: string, place: string): Problem {
  return new Problem({
    kind: 'usage',
    code: 'not-a-release',
    what: `${name} comes from ${place.slice(0, 120)}`,
    why: 'only releases of a registry can be cleared',
    next: 'Take it out, or take a release of it from the registry.',
  });
}

function notARequirement(text: string): Problem {
  return new Problem({
    kind: 'usage',
    code: 'not-a-package',
    what: `${JSON.stringify(text.slice(0, 80))} names no package`,
    next: 'Write it as pip does: name, name==1.2, or name>=1.0; python_version < "3.12".',
  });
}
