/** `pratique work`: runs reactions and timed work until a signal ends it. */
import type { Environment } from '../platform/environment/environment.ts';
import { createApp } from './app.ts';
import { openFoundation } from './foundation.ts';
import { dropWaste } from './frugal.ts';
import { openHome } from './home.ts';
import { stopWithParent, stopWithStarter, untilAskedToStop } from './stopping.ts';

/** As a process. Any number of these may run on one database: leases see to it that each work is done by one. */
export async function workOnHome(folder: string, environment: Environment, attached: boolean): Promise<void> {
  const stop = untilAskedToStop();
  if (attached) stopWithStarter();
  else if (environment.isRunByNpx) stopWithParent();
  await workUntil(stop, folder, environment);
}

/** Works until `stop`; then what is in flight is finished and everything put away. */
export async function workUntil(stop: Promise<void>, folder: string, environment: Environment): Promise<void> {
  const app = createApp(await openFoundation({ home: await openHome(folder), environment, logTo: 'stderr' }));
  try {
    await app.deliveries.start();
    app.schedule.start();
    dropWaste();
    app.foundation.log.info('working', { home: app.foundation.home.folder });
    await stop;
    await app.schedule.stop();
  } finally {
    await app.close();
  }
}
