import type { Severity } from '../../domain/evidence.ts';

interface Sign {
  readonly severity: Severity;
  readonly summary: string;
}

/**
 * What is told of code that runs at install or import, or hides what it does. The severity grows with what comes
 * together in one file: a single habit is common in honest packages.
 */
export const SIGNS = {
  'setup-network': { severity: 'medium', summary: 'the install script talks to the network' },
  'setup-network-and-code': {
    severity: 'high',
    summary: 'the install script talks to the network and runs programs or code',
  },
  'setup-processes': { severity: 'low', summary: 'the install script starts programs' },
  'path-file-code': { severity: 'low', summary: 'a .pth file runs code whenever Python starts' },
  'path-file-payload': {
    severity: 'high',
    summary: 'a .pth file runs hidden, fetched or started code whenever Python starts',
  },
  'start-up-module': { severity: 'medium', summary: 'a module that Python loads by itself whenever it starts' },
  'shadowed-command': { severity: 'medium', summary: 'installs a program under the name of a common command' },
  'lifecycle-script': { severity: 'low', summary: 'a package script runs at install' },
  'lifecycle-download': {
    severity: 'high',
    summary: 'a package script that runs at install fetches or evaluates something',
  },
  'lifecycle-network': { severity: 'medium', summary: 'a file that runs at install talks to the network' },
  'lifecycle-network-and-code': {
    severity: 'high',
    summary: 'a file that runs at install talks to the network and runs programs or code',
  },
  'load-hook': {
    severity: 'medium',
    summary: 'code that runs when the package is loaded talks to the network or starts programs',
  },
  'configure-download': {
    severity: 'medium',
    summary: 'a script of an R package that runs at install fetches something',
  },
  'decoded-code': { severity: 'high', summary: 'runs code that it decodes first' },
  'download-and-run': { severity: 'high', summary: 'runs what it downloads' },
  'network-at-load': { severity: 'medium', summary: 'talks to the network as soon as it is loaded' },
  'process-at-load': { severity: 'low', summary: 'starts a program as soon as it is loaded' },
  'environment-and-network': {
    severity: 'high',
    summary: 'takes all environment variables in a file that talks to the network',
  },
  'credentials-and-network': {
    severity: 'high',
    summary: 'names stores of credentials in a file that talks to the network',
  },
  'credential-theft': {
    severity: 'high',
    summary: 'takes passwords, cookies or keys out of where browsers, wallets and programs keep them',
  },
  'self-spreading': { severity: 'high', summary: 'publishes packages or changes workflows with tokens that it finds' },
  'version-above-all': {
    severity: 'medium',
    summary: 'runs code at install under a version above all others, as taken for a package of somebody else’s own',
  },
  'script-download': {
    severity: 'medium',
    summary: 'a script for a shell runs what it fetches or decodes, or sends the environment',
  },
  'credential-store': { severity: 'info', summary: 'names stores of credentials' },
  'drop-point': { severity: 'medium', summary: 'an address of the kind that stolen data is sent to' },
  'reverse-shell': { severity: 'high', summary: 'ties a shell to a network connection' },
  'self-extraction': { severity: 'medium', summary: 'decodes data, writes it to a file and starts a program' },
  'configure-runs-download': {
    severity: 'high',
    summary: 'a script of an R package that runs at install runs what it fetches or decodes',
  },
  'obfuscated-code': { severity: 'medium', summary: 'code that was made hard to read' },
  destruction: { severity: 'high', summary: 'deletes what belongs to the user or the whole machine' },
  ransom: {
    severity: 'high',
    summary: 'encrypts the files that a walk through folders finds, and takes the originals away',
  },
  'borrowed-program': {
    severity: 'medium',
    summary: 'has a program of the system load or start code for it',
  },
  'setup-shell': {
    severity: 'medium',
    summary: 'the install script starts a shell of Windows, or a program that lies where everybody may write',
  },
  'setup-command': {
    severity: 'low',
    summary: 'the install script puts code of its own in place of a step of installing',
  },
  'fetched-program': { severity: 'medium', summary: 'fetches a file and makes it a program' },
  'defence-off': { severity: 'high', summary: 'switches off what protects the machine' },
  'silent-install': { severity: 'medium', summary: 'installs other packages and hides what that prints' },
  'silent-process': {
    severity: 'medium',
    summary: 'starts a program as soon as it is loaded, apart from itself and without a word',
  },
  'dependency-by-address': {
    severity: 'medium',
    summary: 'depends on a package that is fetched from an address, past every registry',
  },
  'dependency-by-path': {
    severity: 'low',
    summary: 'depends on a file or folder of the machine that installs it, outside the package',
  },
  'dependency-remotes': {
    severity: 'low',
    summary: 'names addresses that some installers fetch its dependencies from, past every repository',
  },
  'lock-file-inside': {
    severity: 'info',
    summary: 'brings a lock file, which clients of other registries follow: it pins what is installed with it',
  },
  'lock-file-by-address': {
    severity: 'medium',
    summary: 'brings a lock file that has a package fetched from an address other than the registry of the others',
  },
  'lone-file': {
    severity: 'low',
    summary: 'is one Python file, which talks to the network or starts programs, without any description',
  },
  'hidden-command': { severity: 'high', summary: 'a command that hides, fetches or runs another one' },
  'host-data-and-network': {
    severity: 'medium',
    summary: 'takes the names of machine and user in a file that talks to the network',
  },
  'lookup-exfiltration': { severity: 'high', summary: 'sends encoded data as the name in a DNS question' },
  'clipboard-swap': { severity: 'high', summary: 'exchanges addresses of digital money in the clipboard' },
  'input-capture': { severity: 'high', summary: 'records keys or the screen in a file that talks to the network' },
  persistence: { severity: 'medium', summary: 'arranges that something runs again by itself, or lets a key in' },
  'code-in-memory': { severity: 'high', summary: 'puts machine code into memory where it can run' },
  'wallet-hook': { severity: 'high', summary: 'puts itself between a page and its wallet of digital money' },
  'analysis-evasion': {
    severity: 'medium',
    summary: 'names several programs that watch others, to see whether it is looked at',
  },
  mining: { severity: 'high', summary: 'names a pool for mining digital money' },
  'source-that-is-no-text': { severity: 'medium', summary: 'a source file that is no text' },
  'bytecode-without-source': { severity: 'low', summary: 'compiled Python files without their source' },
  'hidden-text-direction': {
    severity: 'medium',
    summary: 'characters that change the direction of text: code that reads otherwise than it runs',
  },
  'invisible-character': { severity: 'medium', summary: 'an invisible character inside a name' },
  'mixed-script-name': { severity: 'low', summary: 'a name in letters of several scripts that look alike' },
  'code-beyond-the-screen': { severity: 'high', summary: 'code behind a long run of spaces' },
  'programs-in-pure-package': {
    severity: 'low',
    summary: 'compiled files without source in a package that calls itself pure',
  },
} as const satisfies Readonly<Record<string, Sign>>;
export type SignId = keyof typeof SIGNS;

/** One place of a sign. */
export interface Said {
  readonly sign: SignId;
  /** Offset into the text. */
  readonly start: number;
}

/** A sign by what a text holds, whatever calls it. */
export interface WordSign {
  readonly sign: SignId;
  /** One of these stands in the text. */
  readonly words: string;
  readonly pattern: RegExp;
  /**
   * The names that the pattern begins with, whole words all of them, where it always does: it is tried where they stand,
   * which spares a search of the whole text.
   */
  readonly begins?: string;
}
