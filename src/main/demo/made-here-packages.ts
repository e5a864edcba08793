/** The packages that the demo makes itself, and an upstream in this process that offers them. */
import { type MadeHereUpstream, startMadeHereUpstream } from './made-here-upstream.ts';
import { makeWheel } from './made-here-wheels.ts';

/** What the researcher wants, and what nobody will clear. */
export const MADE_HERE = { wanted: 'tidewater', uncleared: 'saltmarsh' } as const;

/** A small tree: one package, two dependencies, one of them shared; and one package beside it. */
export async function startMadeHerePackages(): Promise<MadeHereUpstream> {
  return startMadeHereUpstream([
    await makeWheel({ name: 'tidewater', version: '2.1.0', requires: ['harbour>=1.0', 'estuary>=0.4'] }),
    await makeWheel({ name: 'tidewater', version: '2.0.0', requires: ['harbour>=1.0'] }),
    await makeWheel({ name: 'harbour', version: '1.2.0', requires: ['estuary'] }),
    await makeWheel({ name: 'estuary', version: '0.4.1', requiresPython: '>=3.8' }),
    await makeWheel({ name: 'saltmarsh', version: '1.0.0' }),
  ]);
}
