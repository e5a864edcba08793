/** What the demonstration shows of each ecosystem: its stock client and the packages it takes. */
import { MADE_HERE, type MadeHereEcosystem } from './made-here.ts';
import { findNpm } from './npm-client.ts';
import type { PackageClient } from './package-client.ts';
import { findPip } from './pip-client.ts';
import { findR } from './r-client.ts';

export interface Packages {
  readonly wanted: string;
  /** A small package that is not in the tree of `wanted`. */
  readonly uncleared: string;
}

export interface Demonstration {
  readonly ecosystem: MadeHereEcosystem;
  /** A small, well-known tree. */
  readonly live: Packages;
  readonly madeHere: Packages;
  /** The stock client, or `undefined` where this machine has none. */
  find(folder: string): Promise<PackageClient | undefined>;
  /** What to do where there is none. */
  readonly without: string;
}

export const DEMONSTRATIONS: readonly Demonstration[] = [
  {
    ecosystem: 'pypi',
    live: { wanted: 'requests', uncleared: 'tomli' },
    madeHere: MADE_HERE,
    find: findPip,
    without: 'Install Python 3 with pip and run the demo again.',
  },
  {
    ecosystem: 'npm',
    live: { wanted: 'debug', uncleared: 'is-odd' },
    madeHere: MADE_HERE,
    find: findNpm,
    without: 'Install npm and run the demo again.',
  },
  {
    ecosystem: 'cran',
    live: { wanted: 'R6', uncleared: 'praise' },
    madeHere: MADE_HERE,
    find: findR,
    without: 'Install R and run the demo again.',
  },
];
