#!/usr/bin/env node
// The launcher. In a clone it installs what is missing and runs the sources; in the published package it runs `dist`.
import { existsSync } from 'node:fs';

const bootstrap = new URL('../scripts/bootstrap.mjs', import.meta.url);

if (existsSync(bootstrap)) {
  const { bootstrap: run } = await import(bootstrap.href);
  await run(['src/main/cli.ts', ...process.argv.slice(2)]);
} else {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 24 || (major === 24 && minor < 15)) {
    process.stderr.write(`Pratique needs Node 24.15 or newer; this one is ${process.versions.node}.\n`);
    process.exit(3);
  }
  await import(new URL('../dist/src/main/cli.js', import.meta.url).href);
}
