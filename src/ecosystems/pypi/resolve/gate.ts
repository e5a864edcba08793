/** Lets a few pieces of work run at once and the others wait in line. */
export class Gate {
  private readonly width: number;
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(width: number) {
    this.width = width;
  }

  /** Runs work when there is room; answers as the work does. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.width) await new Promise<void>((start) => this.waiting.push(start));
    else this.running += 1;
    try {
      return await work();
    } finally {
      // Room is handed on to whoever waits longest; only where nobody waits is there one running fewer.
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }

  /** Forgets the work that waits: it never runs, and its answer never comes. */
  clear(): void {
    this.waiting.length = 0;
  }
}
