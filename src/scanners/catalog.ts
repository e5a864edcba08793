/** Every scanner, one line each. */
import type { AnyScanner } from './contract.ts';

export const SCANNERS: readonly AnyScanner[] = [];
