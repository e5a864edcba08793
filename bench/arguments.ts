/** What a bench is told on its command line. */

/**
 * What `read` makes of the arguments. Ends the program where they ask for help (0), and with one line where they cannot
 * be read (2): a bench takes minutes, and nobody waits for the wrong one.
 */
export function readArguments<Read extends { readonly help?: boolean | undefined }>(
  usage: string,
  read: () => Read,
): Read {
  try {
    const told = read();
    if (told.help !== true) return told;
  } catch (error) {
    // Of what parseArgs says, the first sentence is the cause; the others are about arguments that no bench has.
    const [cause] = (error instanceof Error ? error.message : 'The arguments cannot be read').split('. ');
    console.error(`${cause}. --help says what there is.`);
    process.exit(2);
  }
  console.log(usage);
  process.exit(0);
}
