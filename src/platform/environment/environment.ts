/** The process environment, read once and typed: nothing else reads `process.env`. */
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Environment {
  /** `PRATIQUE_HOME`: the default home. */
  readonly home: string | undefined;
  /** `DATABASE_URL`: an external PostgreSQL instead of the embedded one. */
  readonly databaseUrl: string | undefined;
  /** `PGBIN`: the folder with `postgres` and `initdb`. */
  readonly pgBin: string | undefined;
  readonly path: string | undefined;
  /** `XDG_STATE_HOME`. */
  readonly stateHome: string | undefined;
  readonly temporaryFolder: string;
  /** `PRATIQUE_SERVER` and `PRATIQUE_TOKEN`: a server elsewhere, for the CLI. */
  readonly server: string | undefined;
  readonly token: string | undefined;
  /** `PRATIQUE_LOG_LEVEL`: `debug`, `info`, `warn`, `error`, `silent`. */
  readonly logLevel: string | undefined;
  /** Whether npm runs this command in a shell of its own, as `npx pratique` does (`npm_command`). */
  readonly isRunByNpx: boolean;
  /** `NO_COLOR` (https://no-color.org): present and not empty. */
  readonly noColor: boolean;
  /** `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`; small letters go before capitals, as with curl. */
  readonly proxies: {
    readonly http: string | undefined;
    readonly https: string | undefined;
    readonly none: readonly string[];
  };
  /** `NETRC`, else `.netrc` in the account's own folder: where credentials by host are, if anywhere. */
  readonly netrc: string;
  /** Everything, for the package clients that are asked for their own settings. */
  readonly all: Readonly<Record<string, string>>;
}

/** An empty variable counts as absent, as with every Unix tool that people know. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const all = Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]])),
  );
  return {
    home: all['PRATIQUE_HOME'],
    databaseUrl: all['DATABASE_URL'],
    pgBin: all['PGBIN'],
    path: all['PATH'],
    stateHome: all['XDG_STATE_HOME'],
    temporaryFolder: tmpdir(),
    server: all['PRATIQUE_SERVER'],
    token: all['PRATIQUE_TOKEN'],
    logLevel: all['PRATIQUE_LOG_LEVEL'],
    isRunByNpx: all['npm_command'] === 'exec',
    noColor: all['NO_COLOR'] !== undefined,
    proxies: proxiesOf(all),
    netrc: all['NETRC'] ?? join(homedir(), '.netrc'),
    all,
  };
}

function proxiesOf(all: Readonly<Record<string, string>>): Environment['proxies'] {
  const either = (name: string) => all[name] ?? all[name.toUpperCase()];
  const any = either('all_proxy');
  const none = (either('no_proxy') ?? '').split(/[,\s]+/).filter((host) => host !== '');
  return { http: either('http_proxy') ?? any, https: either('https_proxy') ?? any, none };
}
