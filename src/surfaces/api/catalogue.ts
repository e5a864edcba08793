/** Every noun of the API, one line each. */
import type { Operation } from './operation.ts';
import { channels } from './routes/channels.ts';
import { notices } from './routes/notices.ts';

export const CATALOGUE: readonly Operation[] = [...channels, ...notices];
