/** The quarantine room: releases stopped at once by newer information, until people release them from quarantine. */
import { requireMay } from '../../domain/authority.ts';
import { freeText, oneLine } from '../../domain/free-text.ts';
import { type NamedRange, type PackageRange, packageRange } from '../../domain/package-range.ts';
import { type Actor, actorName } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Database } from '../../platform/db/port.ts';
import type { Ledger } from '../../platform/ledger/port.ts';
import { type Quarantine, quarantineOf } from './read.ts';
import { endRow, insertRow, nextId } from './store.ts';

export interface QuarantineDeps {
  readonly db: Database;
  readonly ledger: Ledger;
  readonly ecosystems: readonly Ecosystem[];
}

export type NewQuarantine = NamedRange & { readonly reason: string; readonly advisory?: string | undefined };

export interface Quarantines {
  start(actor: Actor, quarantine: NewQuarantine): Promise<Quarantine>;
  /** Release from quarantine: people only, with a reason. Throws `unknown-quarantine`. */
  end(actor: Actor, id: string, reason: string): Promise<Quarantine>;
  /** What a quarantine would be of, with the name in its normal form. Changes nothing; throws as `start` does. */
  scopeOf(scope: NamedRange): PackageRange<Ecosystem>;
}

export function createQuarantine(deps: QuarantineDeps): Quarantines {
  return {
    async start(actor, asked) {
      requireMay(actor, 'start-quarantine');
      const scope = packageRange(deps.ecosystems, asked);
      const reason = freeText('The reason (--reason)', asked.reason);
      const advisory = asked.advisory === undefined ? null : oneLine('The advisory', asked.advisory);
      return deps.ledger.change(actor, async ({ db, now, append }) => {
        const { ecosystem, name, versions } = scope;
        const ended = { ended_by: null, ended_reason: null, ended_at: null };
        const started = { started_by: actorName(actor), started_at: now };
        const row = {
          id: await nextId(db),
          ecosystem: ecosystem.id,
          name,
          versions,
          reason,
          advisory,
          ...started,
          ...ended,
        };
        await insertRow(db, row);
        append({ kind: 'quarantine-started', quarantine: row.id, ecosystem: ecosystem.id, name, versions, reason });
        return quarantineOf(row);
      });
    },
    async end(actor, id, reason) {
      requireMay(actor, 'end-quarantine');
      const why = freeText('The reason (--reason)', reason);
      return deps.ledger.change(actor, async ({ db, now, append }) => {
        const row = await endRow(db, id, { by: actorName(actor), reason: why, at: now });
        if (row === undefined)
          throw new Problem({
            kind: 'not-found',
            code: 'unknown-quarantine',
            what: `There is no quarantine ${JSON.stringify(id.slice(0, 40))} in force`,
            next: 'See `pratique quarantine list`.',
          });
        append({ kind: 'quarantine-ended', quarantine: id, ecosystem: row.ecosystem, name: row.name, reason: why });
        return quarantineOf(row);
      });
    },
    scopeOf: (asked) => packageRange(deps.ecosystems, asked),
  };
}
