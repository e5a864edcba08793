/**
 * Runs a program in a newer R than systems package: R built for WebAssembly, from the package in the folder that is
 * named first. It has no processes and no compilers: it reads repositories and downloads, and builds nothing.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder = '', program = '', ...args] = process.argv.slice(2);
const { WebR } = await import(pathToFileURL(join(folder, 'node_modules', 'webr', 'dist', 'webr.mjs')).href);
const webR = new WebR({ interactive: false });
await webR.init();
const shelter = await new webR.Shelter();
const quoted = args.map((arg) => JSON.stringify(arg)).join(', ');
// Conditions are printed by R itself, as people see them.
const options = { withAutoprint: false, captureConditions: false, throwJsException: false };
const { output } = await shelter.captureR(`a <- c(${quoted}); options(warn = 1); ${program}`, options);
for (const { type, data } of output) (type === 'stdout' ? process.stdout : process.stderr).write(`${data}\n`);
await webR.close();
process.exit(0);
