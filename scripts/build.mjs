// `npm run build`: JavaScript for the published package in `dist`, or in the folder that is named.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { rolldown } from 'rolldown';
import { ROOT } from './bootstrap.mjs';
import { noticesOf } from './licence-notices.mjs';

/** Programs that are started by their file (src/main/entry.ts). */
const PROGRAMS = ['cli', 'confined', 'work-thread', 'demo/made-here-process'].map((name) => `src/main/${name}`);
/**
 * Packages that come with our own code, only what is used of them: each process and thread holds the text and the
 * modules of what it loads, and these are hundreds of modules, or many languages of messages. All others stay packages;
 * those that share a state with one of these (`zod`) are here with it.
 */
const BUNDLED = [
  '@asteasolutions/zod-to-openapi',
  '@hono/node-server',
  '@hono/zod-openapi',
  '@hono/zod-validator',
  'ae-cvss-calculator',
  'commander',
  'hono',
  'jose',
  'kysely',
  'oauth4webapi',
  'openapi3-ts',
  'openid-client',
  'semver',
  'smol-toml',
  'yaml',
  'zod',
];

const out = resolve(ROOT, process.argv[2] ?? 'dist');
rmSync(out, { recursive: true, force: true });
const migrations = readdirSync(join(ROOT, 'migrations'))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
  .map((name) => `migrations/${name.slice(0, -'.ts'.length)}`);
const bundle = await rolldown({
  cwd: ROOT,
  platform: 'node',
  input: Object.fromEntries([...PROGRAMS, ...migrations].map((name) => [name, `${name}.ts`])),
  external: (id) => !id.startsWith('.') && !id.startsWith(sep) && !BUNDLED.includes(packageOf(id)),
  onLog(level, log, handle) {
    if (level === 'warn') throw new Error(log.message);
    handle(level, log);
  },
});
const { output } = await bundle.write({
  dir: out,
  format: 'esm',
  entryFileNames: '[name].js',
  // Beside the programs: code that asks for its own folder finds what it would find in the sources.
  chunkFileNames: 'src/main/[name]-[hash].js',
  comments: false,
  // V8 keeps the text of what it loads, in every thread: with two bytes a character where one is not of Latin-1.
  charset: 'ascii',
});
await bundle.close();
const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
writeFileSync(join(out, 'THIRD-PARTY-NOTICES.txt'), noticesOf(modules));

function packageOf(id) {
  return id
    .split('/')
    .slice(0, id.startsWith('@') ? 2 : 1)
    .join('/');
}
