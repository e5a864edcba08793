/** The steps of a demonstration: each printed as it ends, with its time; after a failure nothing more runs. */
import { Problem } from '../../domain/problem.ts';

export interface Step {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
}

export interface Steps {
  /** Runs a step and tells what it returned; does nothing once a step failed. */
  run(name: string, work: () => Promise<string>): Promise<void>;
  ok(): boolean;
  all(): readonly Step[];
}

export function createSteps(say: (text: string) => void): Steps {
  const steps: Step[] = [];
  const ok = () => steps.every((step) => step.ok);
  return {
    ok,
    all: () => steps,
    async run(name, work) {
      if (!ok()) return;
      const before = performance.now();
      const outcome = await work().then(
        (text) => ({ ok: true, text }),
        (error: unknown) => ({ ok: false, text: described(error) }),
      );
      const ms = Math.round(performance.now() - before);
      steps.push({ name, ok: outcome.ok, ms });
      say(`${outcome.ok ? 'ok    ' : 'failed'}  ${steps.length}. ${name} (${(ms / 1000).toFixed(1)} s)`);
      say(outcome.text.replaceAll(/^/gm, '          '));
    },
  };
}

function described(error: unknown): string {
  if (!(error instanceof Problem)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [error.what, error.why, error.next].filter((part) => part !== undefined).join('\n');
}
