/** The assessment room: this installation, measured by what others ask of package repositories. It has no rows of its own. */
import type { Database } from '../../platform/db/port.ts';
import { type Assessment, assess } from './assess.ts';
import { findOut, type Installation } from './find-out.ts';
import { OPENSSF } from './openssf.ts';
import { PACKMAN } from './packman.ts';
import { FRAMEWORKS, type Framework, type Principle } from './principle.ts';
import { S2C2F } from './s2c2f.ts';

export { type Assessed, type AssessedState, type Assessment, lacking, type Reached } from './assess.ts';
export type { Installation } from './find-out.ts';
export { FACTS, type FactName, FRAMEWORKS, type Framework } from './principle.ts';

export const PRINCIPLES: readonly Principle[] = [...OPENSSF, ...PACKMAN, ...S2C2F];

export interface AssessmentRoom {
  /** Finds out anew, and holds every principle against it; of one framework where one is named. Changes nothing. */
  assess(only?: Framework): Promise<Assessment>;
}

export function createAssessment(deps: { readonly db: Database; readonly installation: Installation }): AssessmentRoom {
  return {
    async assess(only) {
      const asked = PRINCIPLES.filter(({ framework }) => only === undefined || framework === only);
      return assess(asked, await findOut(deps.db, deps.installation));
    },
  };
}

export function isFramework(text: string): text is Framework {
  return Object.hasOwn(FRAMEWORKS, text);
}
