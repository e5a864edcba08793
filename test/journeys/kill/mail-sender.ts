/** Sends the letters of a database until it is killed: the process of `mail-kill.spec.ts` that may end anywhere. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { systemClock } from '../../../src/platform/clock/system.ts';
import { connect } from '../../../src/platform/db/connect.ts';
import { sendDue } from '../../../src/platform/mail/outbox.ts';
import { createSmtp } from '../../../src/platform/mail/smtp.ts';

const given = z.object({
  connection: z.object({
    kind: z.literal('socket'),
    folder: z.string(),
    port: z.number(),
    user: z.string(),
    database: z.string(),
  }),
  port: z.number(),
});

const { connection, port } = given.parse(JSON.parse(process.argv[2] ?? '{}'));
const { db } = connect(connection);
const none = { user: undefined, password: undefined, ca: undefined };
const server = createSmtp({
  ...{ host: '127.0.0.1', port, implicitTls: false, plain: true, from: 'pratique@haven.example' },
  ...none,
});
process.stdout.write('sending\n');
for (;;) {
  await sendDue({ db, clock: systemClock(), server, domain: 'haven.example', onFailure: () => undefined });
  await sleep(1);
}
