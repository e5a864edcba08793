import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isInstalled, isNewEnough } from '../bootstrap.mjs';
import { overBudget } from './budget.mjs';
import { strayGlobals } from './globals.mjs';
import { namedHosts } from './hosts.mjs';
import { judgeImports } from './imports.mjs';
import { misnumberedMigrations } from './migrations.mjs';
import { incompletePlugins } from './plugins.mjs';
import { sharedTables } from './tables.mjs';

const folder = mkdtempSync(join(tmpdir(), 'pratique-checks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const source = (path: string, text: string) => ({ path, text });
/** Put together here, so that this file names no registry either. */
const planted = ['py', 'pi.o', 'rg'].join('');

describe('each house rule finds the fault that was planted for it', () => {
  it('a registry host, in any case and in any file', () => {
    expect(namedHosts([source('docs/a.md', `see\nhttps://files.${planted.toUpperCase()}/x`)])).toEqual([
      'docs/a.md:2: names the host of a public registry',
    ]);
    expect(namedHosts([source('docs/a.md', 'https://upstream.example/simple/')])).toEqual([]);
  });

  it('a clock, chance, the environment, the network and code from text outside their homes', () => {
    const text = 'Date.now(); new Date(); Math.random(); process.env.X; fetch(url); eval(code); new Function(code);';
    expect(strayGlobals([source('src/features/a/b.ts', text)])).toHaveLength(7);
    expect(strayGlobals([source('src/features/a/b.ts', 'new Date(now); deps.fetch(url); "Date.now()";')])).toEqual([]);
    expect(strayGlobals([source('src/platform/clock/system.ts', 'new Date();')])).toEqual([]);
  });

  it('a long file, a long function and a long list of parameters', () => {
    const long = `function f() {\n${'  g();\n'.repeat(60)}}\n`;
    expect(overBudget([source('src/domain/a.ts', long)])[0]).toContain('a function of 62 lines');
    expect(overBudget([source('src/domain/a.ts', 'g();\n'.repeat(401))])[0]).toContain('401 lines');
    expect(overBudget([source('src/domain/a.ts', 'function f(a, b, c, d, e) {}')])[0]).toContain('5 parameters');
    expect(overBudget([source('src/domain/a.spec.ts', long)])).toEqual([]);
  });

  it('a scanner without a contract test and without a catalogue line', () => {
    const bare = [source('src/scanners/new/index.ts', ''), source('src/scanners/catalog.ts', '')];
    expect(incompletePlugins(bare)).toHaveLength(2);
    const whole = [
      source('src/scanners/new/index.ts', ''),
      source('src/scanners/new/index.spec.ts', `import x from '../../../test/contract/scanner.ts';`),
      source('src/scanners/catalog.ts', `import { NEW } from './new/index.ts';`),
    ];
    expect(incompletePlugins(whole)).toEqual([]);
  });

  it('two rooms that write one table', () => {
    const mine = source('src/features/a/store.ts', "db.insertInto('things').values(x)");
    const theirs = source('src/features/b/store.ts', 'sql`delete from things where id = 1`');
    expect(sharedTables([mine, theirs])).toEqual(['table things is written by src/features/a and src/features/b']);
    expect(sharedTables([mine])).toEqual([]);
  });

  it('two migrations of one number, a gap, and a name without a number', () => {
    const numbered = (...names: readonly string[]) =>
      misnumberedMigrations(names.map((name) => source(`migrations/${name}.ts`, '')));
    expect(numbered('0001-one', '0002-two', '0003-three')).toEqual([]);
    expect(numbered('0001-one', '0002-two', '0002-too')).toEqual([
      'migrations/0002-two.ts: its number is taken; 0003 is next',
    ]);
    expect(numbered('0001-one', '0003-three', '0004-four')).toEqual([
      'migrations/0003-three.ts: it leaves a gap; 0002 is next',
    ]);
    expect(numbered('0002-two')).toHaveLength(1);
    expect(numbered('0001-one', 'two')).toEqual(['migrations/two.ts: a migration is called NNNN-name.ts']);
    expect(numbered()).toHaveLength(1);
  });

  it('an import against the rules, a cruise that saw nothing, and no result at all', () => {
    const violation = { rule: { name: 'domain-is-pure', severity: 'error' }, from: 'src/domain/a.ts', to: 'fs' };
    const output = (violations: unknown[], totalCruised: number) =>
      JSON.stringify({ summary: { violations, totalCruised } });
    expect(judgeImports(output([violation], 999), '')).toEqual(['domain-is-pure: src/domain/a.ts -> fs']);
    expect(judgeImports(output([], 0), '')[0]).toContain('only 0 modules');
    expect(judgeImports('', 'it crashed')).toEqual(['it crashed']);
    expect(judgeImports(output([], 999), '')).toEqual([]);
  });
});

describe('the bootstrap', () => {
  it('knows a stale install, a missing one and one that lacks only what this platform cannot have', () => {
    const write = (path: string, packages: unknown) => {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), JSON.stringify({ packages }));
    };
    const a = { version: '1.0.0', integrity: 'x' };
    const locked = { '': {}, 'node_modules/a': a, 'node_modules/elsewhere': { version: '1.0.0', optional: true } };
    write('package-lock.json', locked);
    expect(isInstalled(folder)).toBe(false);
    write('node_modules/.package-lock.json', { 'node_modules/a': a });
    expect(isInstalled(folder)).toBe(true);
    write('node_modules/.package-lock.json', { 'node_modules/a': { ...a, version: '0.9.0' } });
    expect(isInstalled(folder)).toBe(false);
    write('node_modules/.package-lock.json', { 'node_modules/a': a, 'node_modules/left-over': a });
    expect(isInstalled(folder)).toBe(false);
  });

  it.each([
    ['24.15.0', true],
    ['24.14.9', false],
    ['20.19.0', false],
    ['26.0.0', true],
  ])('node %s runs Pratique: %s', (version, expected) => {
    expect(isNewEnough(version)).toBe(expected);
  });
});
