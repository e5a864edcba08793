import { describe, expect, it } from 'vitest';
import type { Exploitation } from '../../scanners/contract.ts';
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
      advisories: none('advisories'),
      async exploitation(cves: readonly string[]) {
        asked.push(cves.join(' '));
        if (cves.includes('CVE-2024-0000') && fails) {
          fails = false;
          throw new Error('no connection');
        }
        const data = cves.map((cve) => ({ cve, listedOn: null, ransomware: null }));
        const known = { status: 'ready', data, importedAt: '2024-01-01T00:00:00Z' } as const;
        return { known, chance: { status: 'not-configured' } as const };
      },
      popularity: none('popularity'),
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

describe('exploitation of flaws', () => {
  const cvesIn = ({ known }: Exploitation) =>
    known.status === 'ready' ? known.data.map(({ cve }) => cve) : known.status;

  it('is told for some by what was asked for all, and asked for others', async () => {
    const { asked, deps } = facts();
    const { exploitation } = askedOnce(deps);
    await exploitation(['CVE-2024-0001', 'CVE-2024-0002']);
    expect(cvesIn(await exploitation(['CVE-2024-0002']))).toEqual(['CVE-2024-0002']);
    expect(cvesIn(await exploitation([]))).toEqual([]);
    expect(cvesIn(await exploitation(['CVE-2024-0003']))).toEqual(['CVE-2024-0003']);
    expect(asked).toEqual(['CVE-2024-0001 CVE-2024-0002', 'CVE-2024-0003']);
  });

  it('is asked anew where there was no answer', async () => {
    const { asked, deps } = facts();
    const { exploitation } = askedOnce(deps);
    await expect(exploitation(['CVE-2024-0000'])).rejects.toThrow('no connection');
    expect(cvesIn(await exploitation(['CVE-2024-0000']))).toEqual(['CVE-2024-0000']);
    expect(asked).toEqual(['CVE-2024-0000', 'CVE-2024-0000']);
  });
});
