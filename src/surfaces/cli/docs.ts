/** The reference of the command line as Markdown, from the program itself: `docs/cli.md`. */
import type { Command } from 'commander';
import type { CliHost } from './app.ts';
import { createProgram } from './program.ts';

const HEAD = `# Command line

Made from the program by \`node scripts/run.mjs scripts/write-cli-docs.mjs\`. Global options may stand before or after a command.
`;

/** The whole document. */
export function cliDocument(host: CliHost): string {
  const program = createProgram(host, '0.0.0');
  const sections = [`\`\`\`\n${program.helpInformation().trimEnd()}\n\`\`\``];
  const walk = (command: Command, path: string) => {
    for (const child of command.commands) {
      const name = `${path} ${child.name()}`;
      if (child.commands.length > 0) walk(child, name);
      else sections.push(`## ${name}\n\n\`\`\`\n${child.helpInformation().trimEnd()}\n\`\`\``);
    }
  };
  walk(program, 'pratique');
  return `${HEAD}\n${sections.join('\n\n')}\n`;
}
