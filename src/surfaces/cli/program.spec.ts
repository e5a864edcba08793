import { describe, expect, it } from 'vitest';
import { NO_DEFAULTS, runCommand } from '../../../test/harness/command.ts';

const run = (line: string) => runCommand(line.split(' '), { defaults: NO_DEFAULTS });

describe('help', () => {
  it.each(['lists --help', 'lists -h', '--channel tier2 lists --help'])(
    'is not given for the whole program where a command is asked about that there is not: %s',
    async (line) => {
      const { code, out, err } = await run(line);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(/unknown command 'lists'\n\(Did you mean list\?\)/);
    },
  );

  it.each([
    ['--help', 'Usage: pratique [options]'],
    ['list --help', 'Usage: pratique list '],
    ['list show --help', 'Usage: pratique list show '],
    ['--channel tier2 list --help', 'Usage: pratique list '],
  ])('is given for what is there: %s', async (line, usage) => {
    const { code, out } = await run(line);
    expect(code).toBe(0);
    expect(out.startsWith(usage)).toBe(true);
  });
});
