/** What the command line is handed by `main`: an opened home, and the works that are no room's. */
import type { Diagnosis } from '../../domain/diagnosis.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Accounts } from '../../features/accounts/index.ts';
import type { Advisories } from '../../features/advisories/index.ts';
import type { AssessmentRoom } from '../../features/assessment/index.ts';
import type { Audit } from '../../features/audit/index.ts';
import type { Channels } from '../../features/channels/index.ts';
import type { Decisions } from '../../features/decisions/index.ts';
import type { Dossiers } from '../../features/dossier/index.ts';
import type { Feeds } from '../../features/feeds/index.ts';
import type { Images } from '../../features/images/index.ts';
import type { Lists } from '../../features/lists/index.ts';
import type { Notices } from '../../features/notices/index.ts';
import type { Objections } from '../../features/objections/index.ts';
import type { Policy } from '../../features/policy/index.ts';
import type { Quarantines } from '../../features/quarantine/index.ts';
import type { Reports } from '../../features/reports/index.ts';
import type { Requests } from '../../features/requests/index.ts';
import type { SignIn } from '../../features/sign-in/index.ts';
import type { Snapshots } from '../../features/snapshots/index.ts';
import type { Tags } from '../../features/tags/index.ts';
import type { Tokens } from '../../features/tokens/index.ts';
import type { Vetting, Watch } from '../../features/vetting/index.ts';
import type { TarFiles } from '../../platform/backup/port.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Database } from '../../platform/db/port.ts';
import type { ImportFiles } from '../../platform/import-files/port.ts';
import type { LedgerCheck, LedgerFilter, LedgerRow } from '../../platform/ledger/port.ts';
import type { WaitingLetter } from '../../platform/mail/port.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Streams } from './output.ts';
import type { SendRemote } from './remote/client.ts';
import type { RemoteWork } from './remote/work.ts';

export interface Rooms {
  readonly accounts: Accounts;
  readonly advisories: Advisories;
  readonly assessment: AssessmentRoom;
  readonly audit: Audit;
  readonly channels: Channels;
  readonly decisions: Decisions;
  readonly dossiers: Dossiers;
  readonly feeds: Feeds;
  readonly images: Images;
  readonly lists: Lists;
  readonly notices: Notices;
  readonly objections: Objections;
  readonly policy: Policy;
  readonly quarantine: Quarantines;
  readonly reports: Reports;
  readonly requests: Requests;
  readonly signIn: SignIn;
  readonly snapshots: Snapshots;
  readonly tags: Tags;
  readonly tokens: Tokens;
  readonly vetting: Vetting;
}

/** An opened home. */
export interface App {
  readonly db: Database;
  readonly blobs: Blobs;
  readonly rooms: Rooms;
  readonly ecosystems: readonly Ecosystem[];
  readonly files: ImportFiles;
  readonly tarFiles: TarFiles;
  readonly ledger: {
    list(filter: LedgerFilter): Promise<{ readonly rows: readonly LedgerRow[] }>;
    verify(): Promise<LedgerCheck>;
    export(): AsyncIterable<string>;
  };
  /** Letters that have not gone out; without their text. */
  readonly mail: {
    waiting(): Promise<readonly WaitingLetter[]>;
    /** Makes those that gave up due again: how many. */
    retry(): Promise<number>;
  };
  /** Without a slash at the end; where package clients reach this installation. */
  publicUrl(): string;
  now(): Date;
  /** Runs what follows from changes and what is due by now, until nothing is left that could run. */
  settle(watch: Watch): Promise<void>;
  close(): Promise<void>;
}

export interface Initialised {
  readonly home: string;
  /** Channels made now. */
  readonly channels: readonly string[];
  /** `null` where the first operator is already there. */
  readonly operatorCode: string | null;
}

export interface DemoAsk {
  readonly ecosystem: 'all' | 'cran' | 'npm' | 'pypi';
  readonly keep: boolean;
  readonly offline: boolean;
  say(text: string): void;
}

/** What a backup holds. */
export interface BackupReport {
  readonly file: string;
  readonly bytes: number;
  readonly blobs: number;
  /** The newest row of the ledger in it. */
  readonly ledger: { readonly sequence: number; readonly hash: string };
  /** Whether the signing keys are in it. */
  readonly keys: boolean;
}

/** What was restored. */
export interface RestoreReport extends Pick<BackupReport, 'blobs' | 'ledger' | 'keys'> {
  readonly home: string;
  /** When the backup was made: RFC 3339, UTC. */
  readonly made_at: string;
  /** Whether ledger, snapshots and every stored byte were proven afterwards. */
  readonly verified: boolean;
}

/** Works of the operator, which open or make homes themselves. */
export interface Operations {
  init(folder: string): Promise<Initialised>;
  /** Ends when a signal asked for it and all is put away. */
  serve(folder: string, ask: { readonly port: number | undefined; readonly host: string | undefined }): Promise<void>;
  /** `attached`: ends also when standard input does, which `serve` holds open. */
  work(folder: string, ask: { readonly attached: boolean }): Promise<void>;
  demo(ask: DemoAsk): Promise<{ readonly ok: boolean }>;
  doctor(
    folder: string,
    ask: { readonly deep: boolean; readonly sourcesOnly: boolean; readonly fixStuck: boolean },
  ): Promise<Diagnosis>;
  backup(folder: string, file: string, ask: { readonly keys: boolean }): Promise<BackupReport>;
  restore(folder: string, file: string, ask: { readonly verify: boolean }): Promise<RestoreReport>;
  /** Names of the migrations applied now. */
  migrate(folder: string): Promise<readonly string[]>;
}

/** The process around the command line. */
export interface CliHost {
  readonly streams: Streams;
  readonly defaults: {
    readonly actor: string | undefined;
    readonly server: string | undefined;
    readonly token: string | undefined;
  };
  /** What a command does on a server elsewhere; `undefined` where it works on a home only. */
  remoteWorkOf(command: string): RemoteWork | undefined;
  /** Calls the API of a server elsewhere. */
  sendTo(server: string, token: string | undefined): SendRemote;
  readonly operations: Operations;
  now(): Date;
  /** Whether standard input is a terminal, so that somebody can be asked. */
  readonly mayAsk: boolean;
  /** Asks a person on the terminal, on standard error; the answer is one line. */
  ask(question: string): Promise<string>;
  exit(code: ExitCode): void;
  /** `--home`, `PRATIQUE_HOME`, or the default. */
  homeFolder(asked: string | undefined): string;
  open(folder: string): Promise<App>;
}
