/** Commands that work on a server elsewhere too, by their names in the envelope. */
import { assessmentWorks } from './assessment.ts';
import { availabilityWorks } from './availability.ts';
import { imageWorks } from './images.ts';
import { ledgerWorks } from './ledger.ts';
import { listExportWorks } from './list-export.ts';
import { listImportWorks } from './list-import.ts';
import { offerWorks } from './lists.ts';
import { noticeWorks } from './notices.ts';
import { operatorWorks } from './operators.ts';
import { reportWorks } from './reports.ts';
import { requestWorks } from './requests.ts';
import { reviewWorks } from './reviews.ts';
import { snapshotWorks } from './snapshots.ts';
import { tagWorks } from './tags.ts';
import type { RemoteWork } from './work.ts';

const WORKS: Readonly<Record<string, RemoteWork>> = {
  ...requestWorks,
  ...reviewWorks,
  ...assessmentWorks,
  ...availabilityWorks,
  ...imageWorks,
  ...ledgerWorks,
  ...noticeWorks,
  ...offerWorks,
  ...listExportWorks,
  ...listImportWorks,
  ...operatorWorks,
  ...reportWorks,
  ...snapshotWorks,
  ...tagWorks,
};

/** The work of a command on a server elsewhere; `undefined` where it works on a home only. */
export function remoteWorkOf(command: string): RemoteWork | undefined {
  return Object.hasOwn(WORKS, command) ? WORKS[command] : undefined;
}
