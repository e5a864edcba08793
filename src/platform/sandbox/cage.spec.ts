import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCage } from './cage.ts';
import type { CageLimits, CageTask } from './port.ts';
import { availableBytes } from './process-memory.ts';

const MIB = 1024 * 1024;
const LIMITS: CageLimits = {
  cpuSeconds: 5,
  addressBytes: 1024 * MIB,
  fileBytes: 8 * MIB,
  processes: 24,
  memoryBytes: 128 * MIB,
  timeoutMs: 15_000,
};
const cage = createCage();
const { isolated, detail } = await cage.isolation();

/** A shell script, run in the cage. */
const sh = (script: string, limits: Partial<CageLimits> = {}, shown: CageTask['shown'] = []) =>
  cage.run({
    command: ['sh', '-c', script],
    shown,
    writableBytes: 16 * MIB,
    limits: { ...LIMITS, ...limits },
  });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pratique-cage-'));
});
afterAll(async () => {
  await cage.close();
  await rm(folder, { recursive: true, force: true });
});

describe.skipIf(!isolated)(`a cage (needs bubblewrap: ${detail})`, () => {
  it('shows what it is given, and nothing else of the machine', async () => {
    const file = join(folder, 'given.txt');
    await writeFile(file, 'given');
    const shown = [{ source: file, at: '/subject/given.txt' }];
    const outcome = await sh(
      `cat /subject/given.txt; echo; id -u; ls -A ${folder} /home /root /var /sys 2>/dev/null; ls /proc | grep -c '^[0-9]'; env; cat /etc/hosts`,
      {},
      shown,
    );
    expect(outcome).toMatchObject({ status: 'ran', ending: 'exited' });
    const lines = outcome.status === 'ran' ? outcome.stdout.split('\n') : [];
    expect(lines.slice(0, 2)).toEqual(['given', '65534']);
    // bubblewrap's init, sh, ls and grep.
    expect(Number(lines[2])).toBeLessThan(6);
    expect(lines.filter((line) => /^[A-Z]+=/.test(line)).map((line) => line.split('=')[0])).toEqual(
      expect.arrayContaining(['PATH', 'HOME']),
    );
    expect(lines.join('\n')).not.toContain('PRATIQUE');
    expect(lines).toContain('127.0.0.1 localhost');
  });

  it('gives no way to write but its own memory, and that ends at its size', async () => {
    const outcome = await sh(
      `for at in / /usr /etc /dev /proc/sys/kernel /subject; do (echo x > $at/written) 2>/dev/null && echo "wrote $at"; done
       dd if=/dev/zero of=/tmp/one bs=1M count=9 2>&1 | grep -o 'File size limit' || echo "file limit"
       for n in 1 2 3 4 5; do dd if=/dev/zero of=/tmp/f$n bs=1M count=7 2>/dev/null || echo full; done | tail -1`,
    );
    expect(outcome).toMatchObject({ status: 'ran', stdout: expect.stringMatching(/full\n$/) });
    expect(outcome.status === 'ran' && outcome.stdout).not.toContain('wrote');
  });

  it('has no network but its own loopback, and no more rights', async () => {
    const server = createServer((socket) => socket.end('reached'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const outcome = await sh(
      `(exec 3<>/dev/tcp/127.0.0.1/${port}) 2>/dev/null && echo reached
       bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port}' 2>/dev/null && echo reached
       unshare --user true 2>/dev/null && echo namespace
       grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status | tr -s '\\t ' ' '`,
    );
    server.close();
    expect(outcome).toMatchObject({
      status: 'ran',
      stdout: 'CapEff: 0000000000000000\nCapBnd: 0000000000000000\nNoNewPrivs: 1\n',
    });
  });

  it('ends what takes too long, with everything it started', async () => {
    const outcome = await sh('sleep 4711 & sleep 4712', { timeoutMs: 600 });
    expect(outcome).toMatchObject({ status: 'ran', ending: 'time', code: null });
    expect(await left('4711')).toBe(0);
    expect(await left('4712')).toBe(0);
  });

  it('ends what was left running when its command ends', async () => {
    const outcome = await sh('setsid sleep 4713 >/dev/null 2>&1 & exit 3');
    expect(outcome).toMatchObject({ status: 'ran', ending: 'exited', code: 3 });
    expect(await left('4713')).toBe(0);
  });

  it('ends what takes more memory than it may, over all its processes', async () => {
    const eat = 'head -c 80M /dev/zero | tail -c 80M | sleep 4714';
    const outcome = await sh(`(${eat}) & (${eat}) & wait`);
    expect(outcome).toMatchObject({ status: 'ran', ending: 'memory' });
    expect(outcome.status === 'ran' && outcome.peakBytes).toBeGreaterThan(128 * MIB);
    expect(await left('4714')).toBe(0);
  });

  it('ends what takes memory that no process has: the machine keeps its reserve', async () => {
    // Written pages of a file without a name are nobody's resident memory. Far more than is kept: what others give back
    // meanwhile must be taken too.
    const hoard = `import os, time
for _ in range(400):
  at = os.memfd_create("x")
  for _ in range(8): os.write(at, bytes(${MIB}))
  time.sleep(0.01)
time.sleep(4717)`;
    const reserving = createCage({ keepFreeBytes: (await availableBytes()) - 200 * MIB });
    const task = { shown: [], writableBytes: MIB, limits: { ...LIMITS, cpuSeconds: 10 } };
    const outcome = await reserving.run({ ...task, command: ['python3', '-I', '-c', hoard] });
    expect(outcome).toMatchObject({ status: 'ran', ending: 'memory' });
    expect(outcome.status === 'ran' && outcome.peakBytes).toBeLessThan(128 * MIB);
    const greedy = createCage({ keepFreeBytes: Number.MAX_SAFE_INTEGER });
    expect(await greedy.run({ ...task, command: ['true'] })).toMatchObject({ status: 'unavailable' });
  });

  it('limits processes, and what prints without end', async () => {
    const forks = await sh('f() { sleep 4715 & f; }; f', { timeoutMs: 5000 });
    expect(forks).toMatchObject({ status: 'ran' });
    expect(forks.status === 'ran' && forks.stderr).toMatch(/fork|Resource/i);
    expect(await left('4715')).toBe(0);
    expect(await sh('yes')).toMatchObject({ status: 'ran', ending: 'output' });
  });

  it('ends with the process that started it, even when that is killed', async () => {
    const parent = spawn(process.execPath, startingCage('sleep 4716'), { stdio: ['ignore', 'inherit', 'inherit'] });
    for (let tries = 0; tries < 100 && (await processesWith('4716')) === 0; tries += 1) await wait(50);
    expect(await processesWith('4716')).toBeGreaterThan(0);
    parent.kill('SIGKILL');
    expect(await left('4716')).toBe(0);
  });

  it.skipIf(process.getuid?.() !== 0)('stands for an ordinary user as it does for root', async (context) => {
    const nobody = { uid: 65_534, gid: 65_534, cwd: '/', env: {} };
    const run = promisify(execFile);
    const mayStart = await run(process.execPath, startingCage('true'), nobody).then(
      () => true,
      () => false,
    );
    context.skip(!mayStart, 'the sources or Node itself lie where only root may look');
    const { stdout } = await run(
      process.execPath,
      startingCage('id -u; ls -d /root /home /var; echo x > /usr/x'),
      nobody,
    );
    expect(JSON.parse(stdout)).toMatchObject({ status: 'ran', ending: 'exited', stdout: '65534\n' });
  });

  it('limits the processor time of one process', async () => {
    expect(await sh('while :; do :; done', { cpuSeconds: 1 })).toMatchObject({ status: 'ran', code: 137 });
  });
});

describe('without isolation', () => {
  it('says so, and agrees with what bubblewrap itself says', async () => {
    const walls = ['--unshare-user', '--unshare-net', '--ro-bind', '/', '/', 'true'];
    const possible = await promisify(execFile)('bwrap', walls).then(
      () => true,
      () => false,
    );
    expect(isolated).toBe(possible);
    expect(detail).toMatch(/bubblewrap/);
  });
});

/** Arguments for Node: a script that runs one shell script in a cage of its own and prints the outcome. */
function startingCage(script: string): readonly string[] {
  const task: CageTask = { command: ['sh', '-c', script], shown: [], writableBytes: MIB, limits: LIMITS };
  const source = `
    import { createCage } from ${JSON.stringify(new URL('./cage.ts', import.meta.url).href)};
    console.log(JSON.stringify(await createCage().run(${JSON.stringify(task)})));`;
  return ['--input-type=module-typescript', '-e', source];
}

/** Processes that have a word in their command line, once what is dying had a moment. */
async function left(word: string): Promise<number> {
  for (let tries = 0; tries < 40; tries += 1) {
    const count = await processesWith(word);
    if (count === 0) return 0;
    await wait(50);
  }
  return processesWith(word);
}

async function processesWith(word: string): Promise<number> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.split('\0').includes(word)).length;
}
