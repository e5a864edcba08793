import { describe, expect, it } from 'vitest';
import { createPrograms } from './programs.ts';

const programs = createPrograms({ PATH: '/usr/bin:/bin', GIVEN: 'by the operator' });

describe('programs of the operator', () => {
  it('are run without a shell, with the given environment alone', async () => {
    const answer = await programs.run('env', [], { env: { EXTRA: 'x' } });
    expect(answer.code).toBe(0);
    expect(answer.stdout.trim().split('\n').toSorted()).toEqual([
      'EXTRA=x',
      'GIVEN=by the operator',
      'PATH=/usr/bin:/bin',
    ]);
    expect((await programs.run('echo', ['$HOME; rm -rf x'])).stdout).toBe('$HOME; rm -rf x\n');
  });

  it('answer with their exit code', async () => {
    expect(await programs.run('false', [])).toMatchObject({ code: 1 });
  });

  it('that are missing, too slow or too loud are a problem', async () => {
    await expect(programs.run('no-such-program-here', [])).rejects.toMatchObject({ code: 'program-not-found' });
    await expect(programs.run('sleep', ['20'], { timeoutMs: 100 })).rejects.toMatchObject({ code: 'program-too-slow' });
    await expect(programs.run('yes', [])).rejects.toMatchObject({ code: 'program-too-loud' });
  });

  it('see the end of their input at once', async () => {
    expect(await programs.run('cat', [])).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
