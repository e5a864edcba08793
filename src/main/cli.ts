/** The program: `pratique ...`. */
import { beginFrugally, compileWebAssemblyOnce, keepYoungSpaceSmall } from './frugal.ts';

const args = process.argv.slice(2);
if (args.find((word) => !word.startsWith('-')) === 'serve') beginFrugally();

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

keepYoungSpaceSmall();
compileWebAssemblyOnce();
// What is imported above is loaded before anything runs.
const [{ runCli }, { processHost }, { VERSION }] = await Promise.all([
  import('../surfaces/cli/program.ts'),
  import('./host.ts'),
  import('./version.ts'),
]);
await runCli(processHost(), VERSION, args);
