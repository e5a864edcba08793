// `npm run build`: JavaScript for the published package in `dist`, with the extensions of imports rewritten.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './bootstrap.mjs';

const config = join(ROOT, 'tsconfig.build.json');
rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
writeFileSync(
  config,
  JSON.stringify({
    extends: './tsconfig.json',
    // Every process keeps the text of what it loaded in memory; a tenth of ours is comments, for readers of the sources.
    compilerOptions: {
      noEmit: false,
      outDir: 'dist',
      rootDir: '.',
      allowImportingTsExtensions: false,
      removeComments: true,
    },
    include: ['src', 'migrations'],
    exclude: ['**/*.spec.ts'],
  }),
);
try {
  const compiler = join(ROOT, 'node_modules/typescript7/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', config], { stdio: 'inherit', cwd: ROOT });
  process.exitCode = status ?? 1;
} finally {
  rmSync(config, { force: true });
}
