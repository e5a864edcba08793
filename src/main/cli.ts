/** The program: `pratique ...`. */
import { runCli } from '../surfaces/cli/program.ts';
import { processHost } from './host.ts';
import { VERSION } from './version.ts';

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

await runCli(processHost(), VERSION, process.argv.slice(2));
