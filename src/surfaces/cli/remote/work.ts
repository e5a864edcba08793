/** What a command does on a server elsewhere. */
import type { DossierFormat } from '../../../features/dossier/index.ts';
import type { Answer } from '../output.ts';
import type { Progress } from '../progress.ts';
import type { Remote } from './client.ts';

/** What a run of a command knows beside its arguments. */
export interface RemoteSession {
  readonly channel: string;
  readonly askedChannel: string | undefined;
  readonly document: DossierFormat | undefined;
  readonly isJson: boolean;
  readonly mayAsk: boolean;
  readonly progress: Progress;
  readonly host: { ask(question: string): Promise<string> };
}

/** `given` is what the command line gave, as the command on a home reads it too. */
export type RemoteWork = (
  at: { readonly session: RemoteSession; readonly remote: Remote },
  given: readonly unknown[],
) => Promise<Answer>;
