import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { type MailBox, openMailBox } from '../../../test/harness/mail-server.ts';
import { createOutbox, retryLetters, type SendingDeps, sendDue, waitingLetters } from './outbox.ts';
import { createSmtp } from './smtp.ts';

let database: TestDatabase;
let box: MailBox;
const failures: { id: number; reason: string; stuck: boolean }[] = [];
beforeAll(async () => {
  [database, box] = await Promise.all([openTestDatabase(), openMailBox()]);
});
afterAll(async () => {
  await Promise.all([database.close(), box.close()]);
});
beforeEach(() => {
  box.clear();
  failures.length = 0;
});

function sending(more: Partial<SendingDeps> = {}): SendingDeps {
  const { db, clock } = database;
  const server = createSmtp({ ...box.settings, from: 'Pratique <pratique@haven.example>' });
  return { db, clock, server, domain: 'haven.example', onFailure: (failure) => failures.push(failure), ...more };
}

const queue = (key: string, to = 'rosa@lab.example') =>
  database.db
    .transaction()
    .execute((db) =>
      createOutbox(database.clock).queue(db, { key, to, subject: `About ${key}`, text: 'First line.\n\n.dotted\n' }),
    );

describe('letters that leave', () => {
  it('arrive once each, as plain text with the words unchanged, and are marked as made by a machine', async () => {
    await queue('one');
    await queue('one');
    await queue('två');
    expect(await sendDue(sending())).toBe(2);
    expect(await sendDue(sending())).toBe(0);
    expect(box.letters.map(({ subject }) => subject)).toEqual(['About one', 'About två']);
    const [first] = box.letters;
    expect(first).toMatchObject({ text: 'First line.\n\n.dotted\n', from: { address: 'pratique@haven.example' } });
    expect(first?.html).toBeUndefined();
    expect(first?.headers).toContainEqual(expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }));
  });

  it('wait while the server is away, longer each time, and say why', async () => {
    await queue('later');
    const away = sending({ server: createSmtp({ ...box.settings, port: 1, from: 'a@haven.example' }) });
    expect(await sendDue(away)).toBe(0);
    expect(await sendDue(away)).toBe(0);
    expect(failures).toHaveLength(1);
    expect(await waitingLetters(database.db)).toMatchObject([{ state: 'due', attempts: 1, to: 'rosa@lab.example' }]);
    database.clock.advance(31);
    expect(await sendDue(sending())).toBe(1);
    expect(await waitingLetters(database.db)).toEqual([]);
  });

  it('that the server will never take wait for a person, and go out again when asked to', async () => {
    box.refuse('nobody@lab.example');
    await queue('refused', 'nobody@lab.example');
    await sendDue(sending());
    expect(failures).toMatchObject([{ stuck: true, reason: expect.stringContaining('550') }]);
    expect(await waitingLetters(database.db)).toMatchObject([{ state: 'stuck' }]);
    box.refuse(undefined);
    expect(await retryLetters(database.db, database.clock.now())).toBe(1);
    expect(await sendDue(sending())).toBe(1);
  });

  it('are not lost and are no other letter when the process ends before the last line', async () => {
    await queue('cut off');
    const ended = new Error('ended here');
    const server = createSmtp({ ...box.settings, from: 'a@haven.example' });
    const cut = sending({
      server: { hand: (letter) => server.hand(letter, () => Promise.reject(ended)).then(() => Promise.reject(ended)) },
    });
    await expect(sendDue(cut)).rejects.toThrow('ended here');
    expect(box.letters).toEqual([]);
    expect(await sendDue(sending())).toBe(1);
    expect(box.letters.map(({ subject }) => subject)).toEqual(['About cut off']);
  });

  it('carry the same Message-ID when the server may have them already', async () => {
    await queue('twice perhaps');
    const ended = new Error('ended here');
    const server = createSmtp({ ...box.settings, from: 'a@haven.example' });
    const cut = sending({
      server: { hand: (letter, told) => server.hand(letter, told).then(() => Promise.reject(ended)) },
    });
    await expect(sendDue(cut)).rejects.toThrow('ended here');
    expect(await waitingLetters(database.db)).toMatchObject([{ state: 'handing-over' }]);
    expect(await sendDue(sending())).toBe(1);
    expect(new Set(box.letters.map(({ messageId }) => messageId)).size).toBe(1);
  });

  it('go over TLS unless the operator said otherwise', async () => {
    await queue('secret');
    const server = createSmtp({ ...box.settings, plain: false, from: 'a@haven.example' });
    expect(await sendDue(sending({ server }))).toBe(0);
    expect(box.letters).toEqual([]);
  });
});
