/** How git is started: every door that a repository or a server could open is shut, and the operator's own settings with it. */

/** Settings on the command line go before every file of settings (git-config(1)). */
const SHUT: readonly string[] = [
  'protocol.allow=never',
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.symlinks=false',
  'core.askPass=/bin/false',
  'core.attributesFile=/dev/null',
  'credential.helper=',
  'transfer.fsckObjects=true',
  'transfer.bundleURI=false',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'fetch.writeCommitGraph=false',
  'gc.auto=0',
  'maintenance.auto=false',
  // A redirect could lead to a host that the operator does not allow.
  'http.followRedirects=false',
  'http.cookieFile=',
  'http.emptyAuth=false',
  // Slower than this for half a minute is no answer: bytes a second, seconds.
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=30',
  // Hostile packs name sizes: bytes.
  'core.bigFileThreshold=16777216',
  'pack.threads=1',
];

export interface GitSettings {
  /** A PEM file with the certificate authorities to believe, where not the system's. */
  readonly caFile: string | undefined;
  /** The environment of the product: of it only the way out (proxies) and the path are passed on. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Arguments before git's own command; `scheme` is the one that this call may use, `none` for reading what is here. */
export function shutArguments(scheme: 'https' | 'file' | 'none', { caFile }: GitSettings): readonly string[] {
  const allowed = scheme === 'none' ? [] : [`protocol.${scheme}.allow=always`];
  const authorities = caFile === undefined ? [] : [`http.sslCAInfo=${caFile}`];
  const settings = [...SHUT, ...allowed, ...authorities].flatMap((setting) => ['-c', setting]);
  return ['--no-pager', '--no-replace-objects', '--no-optional-locks', ...settings];
}

/** The way out of the operator's network, as curl knows it; git asks curl. */
const PASSED_ON = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy', 'ALL_PROXY', 'all_proxy', 'SSL_CERT_FILE'];

/** All of the environment of a call; `home` is an empty folder. */
export function shutEnvironment(home: string, { environment }: GitSettings): Readonly<Record<string, string>> {
  const passed = PASSED_ON.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]));
  return {
    ...Object.fromEntries(passed),
    PATH: environment['PATH'] ?? '/usr/bin:/bin',
    HOME: home,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    SSH_ASKPASS: '/bin/false',
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_CEILING_DIRECTORIES: home,
  };
}
