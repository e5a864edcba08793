/** The task `print-code` of the confined program: prints of the source files of one distribution. */
import { z } from 'zod';
import type { PrintedCode } from '../domain/copied-code.ts';
import type { ArchiveRules } from '../ecosystems/contract.ts';
import { CodePrinter } from '../scanners/copied-code/prints.ts';
import { PRINTER_VERSION } from '../scanners/copied-code/version.ts';

export const PrintInput = z.object({
  ecosystem: z.string(),
  /** One of the request's files. */
  path: z.string(),
  filename: z.string(),
});

/** Throws where the archive cannot be believed: half of its code is not its code. */
export async function printCode(
  { path, filename }: z.infer<typeof PrintInput>,
  archives: ArchiveRules,
): Promise<{ readonly printer: number; readonly code: PrintedCode }> {
  const printer = new CodePrinter();
  const walked = await archives.walk(path, filename, (file) => printer.look(file));
  if (walked.status === 'broken') throw new Error(walked.reason);
  return { printer: PRINTER_VERSION, code: printer.done() };
}
