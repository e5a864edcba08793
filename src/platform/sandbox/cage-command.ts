/** The command line of a cage: bubblewrap (bwrap(1)), around util-linux's prlimit and, for root, setpriv. */
import { lstatSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CageTask, Shown } from './port.ts';

/** Who code in a cage is: the overflow uid and gid of Linux, which own nothing. */
const NOBODY = 65534;
/** Where a system keeps its programs and libraries; merged systems have links instead of the last five. */
const SYSTEM_FOLDERS = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64'];
/** What of `/etc` programs need to start: where libraries are, which alternative is meant, the time zone. */
const SYSTEM_SETTINGS = [
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/alternatives',
  '/etc/localtime',
];
/** Written into each cage, by the number of the pipe they come through: the machine's own would tell its names. */
export const CAGE_FILES: readonly { readonly fd: number; readonly at: string; readonly text: string }[] = [
  { fd: 3, at: '/etc/hosts', text: '127.0.0.1 localhost\n::1 localhost\n' },
  { fd: 4, at: '/etc/passwd', text: `nobody:x:${NOBODY}:${NOBODY}:nobody:/tmp:/bin/false\n` },
];
/** Open files of one process in a cage: what a shell of a person usually has. */
const MAX_OPEN_FILES = 1024;
/** Bytes of shared memory, for programs that pass work between their processes. */
const SHARED_MEMORY_BYTES = 64 * 1024 * 1024;

/**
 * The whole command line of one task. As an ordinary user it is one bubblewrap with a user namespace. Root would keep
 * root's exemption from the limit on processes (`copy_process` in the kernel's fork.c) and its ownership of files; so
 * for root a first bubblewrap only lays out what is shown, and the same second one is started in it as nobody. The first
 * has a process namespace of its own: with that it takes the second along, which the kernel would not let it signal.
 */
export function cageCommand(task: CageTask, asRoot: boolean): readonly string[] {
  const shown = [...systemShown(), ...task.shown];
  const inside = [...walls(task), '--', ...limits(task), ...task.command];
  if (!asRoot) return ['bwrap', ...layout(shown, (one) => one.source), ...filesFromPipes(), ...inside];
  return [
    ...['bwrap', '--die-with-parent', '--unshare-pid', '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID'],
    ...layout(shown, (one) => one.source),
    ...filesFromPipes(),
    ...['--bind', '/proc', '/proc', '--dev-bind', '/dev', '/dev', '--'],
    ...['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'],
    ...['bwrap', ...layout(shown, (one) => one.at)],
    ...CAGE_FILES.flatMap(({ at }) => ['--ro-bind', at, at]),
    ...inside,
  ];
}

/** Read-only: folders of the system, then what the task shows, each at its place, with folders above that all may enter. */
function layout(shown: readonly Shown[], from: (one: Shown) => string): readonly string[] {
  // The second bubblewrap of root builds its own root on /tmp.
  const above = new Set(['/etc', '/tmp', ...shown.flatMap(({ at }) => foldersAbove(at))]);
  return [
    ...systemLinks(),
    ...[...above].flatMap((folder) => ['--perms', '0755', '--dir', folder]),
    ...shown.flatMap((one) => ['--ro-bind', from(one), one.at]),
  ];
}

function filesFromPipes(): readonly string[] {
  return CAGE_FILES.flatMap(({ fd, at }) => ['--perms', '0644', '--file', `${fd}`, at]);
}

/** Everything a task is cut off from, and the few places where it may write: memory that ends with it. */
function walls({ writableBytes }: CageTask): readonly string[] {
  return [
    ...['--unshare-user', '--disable-userns', '--uid', `${NOBODY}`, '--gid', `${NOBODY}`, '--cap-drop', 'ALL'],
    ...['--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...['--hostname', 'cage', '--die-with-parent', '--new-session', '--proc', '/proc', '--dev', '/dev'],
    ...['--size', `${SHARED_MEMORY_BYTES}`, '--tmpfs', '/dev/shm', '--remount-ro', '/dev'],
    ...['--size', `${writableBytes}`, '--tmpfs', '/tmp', '--remount-ro', '/', '--chdir', '/tmp', '--clearenv'],
    ...['--setenv', 'PATH', '/usr/bin:/bin', '--setenv', 'HOME', '/tmp', '--setenv', 'TMPDIR', '/tmp'],
    ...['--setenv', 'USER', 'nobody', '--setenv', 'LANG', 'C.UTF-8'],
  ];
}

/** Set within the user namespace, whose processes are counted on their own. */
function limits({ limits: { cpuSeconds, processes, addressBytes, fileBytes } }: CageTask): readonly string[] {
  return [
    ...['prlimit', `--cpu=${cpuSeconds}`, `--nproc=${processes}`, `--as=${addressBytes}`, `--fsize=${fileBytes}`],
    ...[`--nofile=${MAX_OPEN_FILES}`, '--core=0', '--'],
  ];
}

function kindOf(path: string): 'link' | 'there' | 'absent' {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'absent';
  return found.isSymbolicLink() ? 'link' : 'there';
}

function systemLinks(): readonly string[] {
  const links = SYSTEM_FOLDERS.filter((path) => kindOf(path) === 'link');
  return links.flatMap((path) => ['--symlink', readlinkSync(path), path]);
}

function systemShown(): readonly Shown[] {
  const folders = SYSTEM_FOLDERS.filter((path) => kindOf(path) === 'there');
  const settings = SYSTEM_SETTINGS.filter((path) => kindOf(path) !== 'absent');
  return [...folders, ...settings].map((path) => ({ source: path, at: path }));
}

/** `/a/b/c` has `/a` and `/a/b` above it, outermost first. */
function foldersAbove(path: string): readonly string[] {
  const above: string[] = [];
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) above.unshift(folder);
  return above;
}
