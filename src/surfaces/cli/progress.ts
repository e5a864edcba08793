/** A line on the terminal that says how far long work is; nothing at all elsewhere. */
import { plain, type Streams } from './output.ts';

/** Where long work stands, as a vetting says it too. */
interface Standing {
  readonly step: string;
  readonly done: number;
  readonly total: number;
  /** What is being worked on. */
  readonly label: string;
}

export interface Progress {
  readonly watch: (standing: Standing) => void;
  /** Clears the line. */
  end(): void;
}

const BAR_CELLS = 20;
const WIDEST = 79;
const CLEAR_LINE = '\r\u001B[K';

/** Draws on standard error where that is a terminal and the person did not ask for quiet. */
export function createProgress(streams: Streams, quiet: boolean): Progress {
  if (!streams.isTerminal || quiet) return { watch: () => undefined, end: () => undefined };
  return {
    watch: ({ step, done, total, label }) => {
      const filled = total <= 0 ? 0 : Math.min(BAR_CELLS, Math.max(0, Math.round((done / total) * BAR_CELLS)));
      const bar = '='.repeat(filled).padEnd(BAR_CELLS, ' ');
      streams.err(`${CLEAR_LINE}${`[${bar}] ${plain(step)} ${done}/${total} ${plain(label)}`.slice(0, WIDEST)}`);
    },
    end: () => streams.err(CLEAR_LINE),
  };
}
