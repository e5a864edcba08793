/** Every ecosystem, one line each. */

import type { Ecosystem } from './contract.ts';
import { cran } from './cran/index.ts';
import { npm } from './npm/index.ts';
import { pypi } from './pypi/index.ts';

export const ECOSYSTEMS: readonly Ecosystem[] = [cran, npm, pypi];
