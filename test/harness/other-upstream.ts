/** A small upstream of any ecosystem on the loopback, with the reader that asks it: what a vetting of that ecosystem needs. */
import { createServer } from 'node:http';
import type { Source } from '../../src/domain/upstream.ts';
import type { Ecosystem } from '../../src/ecosystems/contract.ts';
import type { VettingDeps } from '../../src/features/vetting/index.ts';
import { type Answer, portOf, type Question, questionOf } from '../../src/main/demo/made-here-upstream.ts';
import { createFetch } from '../../src/platform/fetch/index.ts';
import type { VettingBench } from './vetting.ts';

export interface OtherUpstream {
  /** Ends in `/`. */
  readonly base: string;
  /** For a vetting room over it: everything else is the bench's. */
  readonly deps: VettingDeps;
  close(): Promise<void>;
}

/** Starts it, for these targets of the ecosystem or its own defaults; the caller closes it before the bench. */
export async function openOtherUpstream(
  bench: Pick<VettingBench, 'deps' | 'channel' | 'database'>,
  ecosystem: Ecosystem,
  answer: (question: Question, base: string) => Answer,
  targets: readonly string[] = ecosystem.targets.defaults.map(({ id }) => id),
): Promise<OtherUpstream> {
  let base = '';
  const server = createServer((request, response) => {
    const { status, headers, body } = answer(questionOf(request), base);
    response.writeHead(status, { ...headers }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${portOf(server.address())}/`;
  const source: Source = { name: 'local', kind: 'index', url: base, only: undefined, caFile: undefined };
  const now = () => bench.database.clock.now();
  const fetch = createFetch({ sources: [source], version: 'test', now, random: () => 0, limits: { freshMs: 0 } });
  const reader = ecosystem.upstream({ sources: [source], fetch, now });
  return {
    base,
    deps: {
      ...bench.deps,
      fetch,
      connected: () => ({ ecosystem, reader }),
      channel: async () => ({ ...bench.channel, targets: targets.flatMap((id) => ecosystem.targets.parse(id) ?? []) }),
    },
    async close() {
      await fetch.close();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}
