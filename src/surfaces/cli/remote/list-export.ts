/** `pratique list export` on a server elsewhere. */
import { z } from 'zod';
import { ecosystemNamed } from '../commands/list-ecosystem.ts';
import { exportAnswer, exportOptions } from '../commands/list-export.ts';
import { ECOSYSTEMS, pathOf } from './fields.ts';
import type { RemoteWork } from './work.ts';

const exported = z.looseObject({
  ...{ ecosystem: z.string(), name: z.string(), version: z.string(), why: z.array(z.string()) },
});
const accepted = z.object({ ecosystem: z.string(), name: z.string(), version: z.string(), addedAt: z.string() });

export const listExportWorks: Readonly<Record<string, RemoteWork>> = {
  async 'list-export'({ session: { channel }, remote }, given) {
    const [{ to, ecosystem: named }] = z.tuple([exportOptions]).parse(given);
    const ecosystem = named === undefined && to === undefined ? undefined : ecosystemNamed(named, ECOSYSTEMS).id;
    const all = await remote.whole(exported, pathOf('lists', channel, 'expanded'), { ecosystem });
    return exportAnswer({ channel, ecosystem, to }, all, async () => [
      ...(await remote.whole(accepted, pathOf('lists', channel, 'core'), { ecosystem })),
      ...(await remote.whole(accepted, pathOf('lists', channel, 'extra'), { ecosystem })),
    ]);
  },
};
