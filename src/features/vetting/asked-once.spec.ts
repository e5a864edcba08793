import { expect, it } from 'vitest';
import { askedOnce } from './asked-once.ts';

function facts() {
  const asked: string[] = [];
  let fails = true;
  const none = (what: string) => async () => {
    asked.push(what);
    return { status: 'not-configured' } as const;
  };
  return {
    asked,
    deps: {
      clearedNames: async () => [],
      async clearedReleases(_ecosystem: string, name: string) {
        asked.push(name);
        if (name === 'broken' && fails) {
          fails = false;
          throw new Error('no connection');
        }
        return [];
      },
      maliciousList: none('malicious'),
      popularNames: none('popular'),
      trustRoots: none('roots'),
      yaraRules: none('rules'),
    },
  };
}

it('asks each question once, and other words for themselves', async () => {
  const { asked, deps } = facts();
  const once = askedOnce(deps);
  await Promise.all([once.yaraRules(), once.yaraRules(), once.clearedReleases('pypi', 'a')]);
  await once.clearedReleases('pypi', 'b');
  expect(await once.clearedReleases('pypi', 'a')).toEqual([]);
  expect(asked.toSorted()).toEqual(['a', 'b', 'rules']);
});

it('asks anew where there was no answer', async () => {
  const { asked, deps } = facts();
  const once = askedOnce(deps);
  await expect(once.clearedReleases('pypi', 'broken')).rejects.toThrow('no connection');
  expect(await once.clearedReleases('pypi', 'broken')).toEqual([]);
  expect(asked).toEqual(['broken', 'broken']);
});
