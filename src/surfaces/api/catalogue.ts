/** Every noun of the API, one line each. */
import type { Operation } from './operation.ts';
import { channels } from './routes/channels.ts';

export const CATALOGUE: readonly Operation[] = [...channels];
