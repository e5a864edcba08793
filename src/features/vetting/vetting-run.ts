import type { Channel } from '../../domain/channel.ts';
import type { ScanContext } from '../../scanners/contract.ts';
import type { VetAsk, Watch } from './ask.ts';
import type { ConnectedEcosystem, StopOf, VettingDeps, VettingPolicy } from './deps.ts';
import type { KnownAhead } from './known-ahead.ts';
import type { CodeIndexer } from './steps/index-code.ts';
import type { ContentInspector } from './steps/inspect-content.ts';
import type { FileOpener } from './steps/open-files.ts';

/** Everything one vetting works with, gathered once at its start. */
export interface VettingRun {
  readonly ask: VetAsk;
  readonly channel: Channel;
  readonly connected: ConnectedEcosystem;
  readonly policy: VettingPolicy;
  readonly stopOf: StopOf;
  readonly opener: FileOpener;
  readonly inspector: ContentInspector;
  readonly codeIndexer: CodeIndexer;
  readonly known: KnownAhead;
  readonly context: ScanContext;
  readonly deps: VettingDeps;
  readonly watch: Watch;
}
