/** What an examination of an installation says, and what to do about it. */

export interface DoctorCheck {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly detail: string;
  /** What to do about it; `null` where it is well. */
  readonly next: string | null;
}

export interface SourceCheck {
  readonly ecosystem: string;
  readonly name: string;
  readonly answers: boolean;
  /** A warning where no client of the ecosystem is on this machine to name its sources, or where nobody uses what does not answer. */
  readonly state: DoctorCheck['state'];
  readonly detail: string;
}

export interface Diagnosis {
  readonly checks: readonly DoctorCheck[];
  readonly sources: readonly SourceCheck[];
  /** Reactions that had given up and were tried again; `null` where that was not asked for. */
  readonly retried: number | null;
}
