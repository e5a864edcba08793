import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../test/harness/database.ts';
import { problemAnswer } from '../surfaces/api/http-problem.ts';
import { asProblem } from '../surfaces/cli/output.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.close());

const raised = (state: string) =>
  test.pool
    .query(`do $$ begin raise exception using errcode = '${state}', message = 'could not extend file'; end $$`)
    .catch((error: unknown) => error);

it('is told as what it is, on the command line and by the API', async () => {
  const full = await raised('53100');
  expect(asProblem(full)).toMatchObject({ code: 'database-full', next: expect.stringContaining('Free some space') });
  expect(problemAnswer(full, 'urn:x')).toMatchObject({ status: 503, document: { code: 'database-full' } });
  expect(asProblem(await raised('53200'))).toMatchObject({ code: 'unexpected' });
});
