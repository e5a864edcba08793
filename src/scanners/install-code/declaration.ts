import type { ContentDeclaration } from '../contract.ts';

/** Code that runs at install or import, and code that hides what it does. */
export const installCodeDeclaration: ContentDeclaration = {
  id: 'install-code',
  version: 24,
  looksAt: 'content',
  ecosystems: 'every',
  emits: ['install-code'],
  sees: 'Install scripts, .pth files, start-up modules, load hooks and lifecycle scripts that do more than install; decoded code that is run, download-and-run, in scripts for a shell too, network use at import, harvested environment, credentials and host data, commands that hide others, swapped clipboards, recorded keys, stores of browsers and wallets that are opened, wallets that are hooked, tokens that are published with, exfiltration by name lookups, reverse shells, drop points, persistence, protection that is switched off, deletion of all that a user has, files that are encrypted in a walk, programs that are fetched, programs of the system that work for others, programs and packages that are started or installed without a word, dependencies by address or by a place on the disk, lock files that a package brings along, single files that act without any description, evasion of those who watch, self-extraction, obfuscated code, compiled files without source, and text made to mislead a reader.',
  cannotSee:
    'Intent, code that is put together beyond one file or by compiled files, and code that behaves differently at another time or place. JavaScript bundles that nothing runs but a browser are not read as source.',
};
