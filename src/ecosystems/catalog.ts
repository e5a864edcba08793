/** Every ecosystem, one line each. */
import type { Ecosystem } from './contract.ts';
import { pypi } from './pypi/index.ts';

export const ECOSYSTEMS: readonly Ecosystem[] = [pypi];
