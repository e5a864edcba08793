import { expect, it } from 'vitest';
import type { UpstreamAnswer } from '../../ecosystems/contract.ts';
import { readOnce } from './read-once.ts';

function upstream() {
  const asked: string[] = [];
  const answers = new Map<string, UpstreamAnswer>();
  return {
    asked,
    answers,
    reader: {
      async readPackage(name: string): Promise<UpstreamAnswer> {
        asked.push(name);
        const answer = answers.get(name);
        if (answer === undefined) throw new Error('no connection');
        return answer;
      },
      readMetadata: async () => ({ unreadable: 'there is none' }),
    },
  };
}

const unknown: UpstreamAnswer = { status: 'unknown', warnings: [] };

it('reads a listing once, though upstream says something else by then', async () => {
  const { asked, answers, reader } = upstream();
  const once = readOnce(reader);
  answers.set('a', unknown);
  answers.set('b', unknown);
  await Promise.all([once.readPackage('a'), once.readPackage('a'), once.readPackage('b')]);
  answers.set('a', { status: 'unreadable', reason: 'gone' });
  expect(await once.readPackage('a')).toBe(unknown);
  expect(asked).toEqual(['a', 'b']);
});

it('asks anew for what could not be read', async () => {
  const { asked, answers, reader } = upstream();
  const once = readOnce(reader);
  await expect(once.readPackage('a')).rejects.toThrow('no connection');
  answers.set('a', { status: 'unreadable', reason: 'busy' });
  expect(await once.readPackage('a')).toEqual({ status: 'unreadable', reason: 'busy' });
  answers.set('a', unknown);
  expect(await once.readPackage('a')).toBe(unknown);
  expect(asked).toEqual(['a', 'a', 'a']);
});
