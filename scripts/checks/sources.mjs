// The files that the house rules are about, read once.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every file of the clone that git knows or would add: `{ path, text }`, paths from the root. Binary files are left out. */
export function readSources(root) {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const paths = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).split('\0');
  return [...new Set(paths)]
    .filter((path) => path !== '' && existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
    .filter(({ text }) => !text.includes('\0'));
}

/** TypeScript of the product itself, without its tests. */
export function isProduct(path) {
  return path.startsWith('src/') && path.endsWith('.ts') && !path.endsWith('.spec.ts');
}
