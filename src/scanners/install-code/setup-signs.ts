/** Signs of `setup.py`, which building a source distribution runs from its first line to its last. */
import type { Source } from '../syntax/source.ts';
import type { Said } from './signs.ts';
import { talksIn } from './source-signs.ts';

/** Whether a file is what building a source distribution runs: `setup.py` at its root. */
export function isInstallScript(path: string, isSource: boolean): boolean {
  return isSource && /^(?:[^/]+\/)?setup\.py$/.test(path);
}

/** Signs of an install script as a whole: everything in it runs at install. */
export function setupSigns(source: Source): readonly Said[] {
  const talk = source.calls.find(talksIn(source));
  const starts = source.calls.find(({ power }) => power === 'processes');
  const runs = source.calls.find(({ name }) => name === 'eval' || name === 'exec');
  const more = setupSteps(source);
  if (talk !== undefined)
    return [
      ...more,
      {
        sign: starts !== undefined || runs !== undefined ? 'setup-network-and-code' : 'setup-network',
        start: talk.start,
      },
    ];
  return starts === undefined ? more : [...more, { sign: 'setup-processes', start: starts.start }];
}

/** A step of installing that is replaced (setuptools, "Extending or Customizing Setuptools"). */
const REPLACES_STEP = /\bcmdclass\s*=\s*(?:dict\(|\{)[^}\n]{0,200}?\b(?:install|develop|egg_info)["']?\s*[:=]/;
/** What starts a shell of Windows, or what lies where everybody may write. */
const SHELL_OR_PASSING =
  /^[\w.]{1,40}\(\s*\[?\s*[fr]?["'](?:(?:start|powershell|pwsh|cmd|mshta|wscript|cscript)(?:\.exe)?\b|(?:\/var)?\/tmp\/|\/dev\/shm\/)/i;

function setupSteps({ calls, text }: Source): readonly Said[] {
  const replaced = text.search(REPLACES_STEP);
  const shell = calls.find(
    ({ power, start, end }) =>
      power === 'processes' && SHELL_OR_PASSING.test(text.slice(start, Math.min(end, start + 120))),
  );
  return [
    ...(replaced === -1 ? [] : [{ sign: 'setup-command' as const, start: replaced }]),
    ...(shell === undefined ? [] : [{ sign: 'setup-shell' as const, start: shell.start }]),
  ];
}
