/** The JSON API of an opened home. Its libraries are read when somebody first calls it: the registry does without them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Serving } from '../features/serving/index.ts';
import { tarStreams } from '../platform/backup/tar-files.ts';
import { createIdempotentAnswers } from '../platform/idempotency/answers.ts';
import { listLedger } from '../platform/ledger/history.ts';
import { onlyIf } from '../platform/ledger/precondition.ts';
import type { SecurityLog } from '../platform/log/port.ts';
import type { ApiApp } from '../surfaces/api/app.ts';
import type { OpenApp } from './app.ts';
import { readinessOf } from './readiness.ts';
import { VERSION } from './version.ts';

/** Whether the path is the API's. */
export function isForApi(url: string): boolean {
  return /^\/api(?:[/?]|$)/.test(url);
}

/** Handles requests under `/api`. */
export function createLazyApi(
  app: OpenApp,
  { serving, securityLog }: { readonly serving: Serving; readonly securityLog: SecurityLog },
): (request: IncomingMessage, response: ServerResponse) => void {
  let api: Promise<(request: IncomingMessage, response: ServerResponse) => void> | undefined;
  const load = async () =>
    (await import('../surfaces/api/index.ts')).createApi({ ...apiApp(app, serving), securityLog });
  return (request, response) => {
    api ??= load();
    api
      .then((handle) => handle(request, response))
      .catch((error: unknown) => {
        app.foundation.log.error('the API could not be started', { reason: String(error) });
        response.writeHead(503).end();
      });
  };
}

function apiApp(app: OpenApp, serving: Serving): Omit<ApiApp, 'securityLog'> {
  const { foundation, db, blobs, rooms, ecosystems, mail, publicUrl, now } = app;
  const { config, log, clock } = foundation;
  const { calls_per_minute, calls_per_minute_and_address, origins, trusted_proxies } = config.api;
  return {
    ...{ db, blobs, tar: tarStreams, rooms, ecosystems, log, mail, publicUrl, now },
    settings: {
      callsPerMinute: { actor: calls_per_minute, address: calls_per_minute_and_address },
      origins,
      trustedProxies: trusted_proxies,
    },
    idempotentAnswers: createIdempotentAnswers({ db, clock }),
    version: VERSION,
    siteOrigin: config.server.public_url === null ? undefined : new URL(config.server.public_url).origin,
    authenticate: (shown) =>
      shown.kind === 'bearer' ? rooms.tokens.authenticate(shown.token) : rooms.signIn.authenticate(shown.cookie),
    refusals: (asked, viewer) => serving.explainEverywhere(asked, viewer),
    readiness: () => readinessOf(app),
    examine: examinations(app),
    ledger: { ...app.ledger, list: (filter) => listLedger(db, filter) },
    onlyIf,
    noteRead: (actor, read) =>
      rooms.ledger.change(actor, async ({ append }) => append({ kind: 'confidential-read', ...read })),
  };
}

/** Each asks upstream and verifies snapshots: who asks while one is made waits for it. */
function examinations(app: OpenApp): ApiApp['examine'] {
  const running = new Map<boolean, ReturnType<ApiApp['examine']>>();
  return ({ sourcesOnly }) => {
    const already = running.get(sourcesOnly);
    if (already !== undefined) return already;
    const examining = import('./doctor.ts')
      .then(({ examineOpen }) => examineOpen(app, { deep: false, sourcesOnly }))
      .finally(() => running.delete(sourcesOnly));
    running.set(sourcesOnly, examining);
    return examining;
  };
}
