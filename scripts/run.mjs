// Starts a file under the Node that the lock file names, installing the locked dependencies first when they are missing.
// Plain JavaScript that any Node from 20.19 on can run.
import { bootstrap } from './bootstrap.mjs';

await bootstrap(process.argv.slice(2));
