/** What goes wrong, as `application/problem+json` (RFC 9457): from a room's problem, from HTTP itself, or by surprise. */
import { z } from 'zod';
import { databaseFull } from '../../domain/database-full.ts';
import { Problem, type ProblemDetails, type ProblemKind, unreachable } from '../../domain/problem.ts';

/** What HTTP itself objects to: an address, a method, a header, a rate. */
export class HttpProblem extends Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, details: ProblemDetails, headers: Readonly<Record<string, string>> = {}) {
    super(details);
    this.status = status;
    this.headers = headers;
  }
}

/** What was sent does not fit its schema: each place and what is wrong there. */
export class InvalidCall extends HttpProblem {
  readonly errors: readonly { readonly at: string; readonly detail: string }[];

  constructor(part: 'path' | 'query' | 'body' | 'header', issues: readonly z.core.$ZodIssue[]) {
    const errors = issues.slice(0, MOST_ISSUES).map(({ path, message }) => ({
      at: [part, ...path.map((step) => String(step).slice(0, LONGEST_STEP_CHARACTERS))].join('.'),
      detail: message,
    }));
    const [first] = errors;
    super(400, {
      kind: 'usage',
      code: 'invalid',
      what: `The ${part} is not what this operation takes`,
      why: first === undefined ? 'it could not be read' : `${first.at}: ${first.detail}`,
      next: 'Compare it with /api/v1/openapi.json.',
    });
    this.errors = errors;
  }
}

/** More than these say nothing more, and a large body could have a hundred thousand. */
const MOST_ISSUES = 20;
const LONGEST_STEP_CHARACTERS = 80;
/** An outside thing that did not answer may answer soon: seconds. */
const RETRY_AFTER_SECONDS = '30';

export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'Names the kind of problem: `urn:problem-type:pratique:` and the code.' }),
    title: z.string().meta({ description: 'What happened, one sentence.' }),
    status: z.int().meta({ description: 'The HTTP status.' }),
    detail: z.string().optional().meta({ description: 'Why.' }),
    instance: z.string().meta({ description: 'Names this answer; the log of the server has the same.' }),
    code: z.string().meta({ description: 'Stable, for programs.', examples: ['wrong-role'] }),
    next: z.string().optional().meta({ description: 'What you can do.' }),
    errors: z
      .array(z.object({ at: z.string(), detail: z.string() }))
      .optional()
      .meta({ description: 'Each place that does not fit the schema.' }),
    data: z
      .unknown()
      .optional()
      .meta({ description: 'More than words: what changed meanwhile, which rows were wrong.' }),
  })
  .meta({
    id: 'Problem',
    description: 'What went wrong (RFC 9457).',
    examples: [
      {
        type: 'urn:problem-type:pratique:unknown-request',
        title: 'There is no request "R-99"',
        status: 404,
        instance: 'urn:uuid:00000000-0000-4000-8000-000000000000',
        code: 'unknown-request',
        next: 'See `pratique request list`.',
      },
    ],
  });
type ProblemDocument = z.infer<typeof problemSchema>;

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly document: ProblemDocument;
}

/** The answer to whatever was thrown. A surprise tells the caller nothing but the id under which it is logged. */
export function problemAnswer(error: unknown, instance: string): ProblemAnswer {
  const problem = error instanceof Problem ? error : (databaseFull(error) ?? surprise());
  const status = problem instanceof HttpProblem ? problem.status : statusOf(problem.kind);
  const { code, what, why, next, data } = problem;
  return {
    status,
    headers: headersOf(problem),
    document: {
      type: `urn:problem-type:pratique:${code}`,
      title: what,
      status,
      ...(why === undefined ? {} : { detail: why }),
      instance,
      code,
      ...(next === undefined ? {} : { next }),
      ...(data === undefined ? {} : { data }),
      ...(problem instanceof InvalidCall ? { errors: [...problem.errors] } : {}),
    },
  };
}

function surprise(): Problem {
  return new Problem({
    kind: 'internal',
    code: 'unexpected',
    what: 'Something unexpected happened',
    next: 'Give the operator the `instance` of this answer: the log has more.',
  });
}

function headersOf(problem: Problem): Readonly<Record<string, string>> {
  if (problem instanceof HttpProblem) return problem.headers;
  if (problem.retryAfterSeconds !== undefined) return { 'retry-after': String(problem.retryAfterSeconds) };
  if (problem.kind === 'could-not-check') return { 'retry-after': RETRY_AFTER_SECONDS };
  if (problem.kind === 'sign-in') return { 'www-authenticate': 'Bearer realm="pratique"' };
  return {};
}

function statusOf(kind: ProblemKind): number {
  switch (kind) {
    case 'usage':
      return 400;
    case 'sign-in':
      return 401;
    case 'too-often':
      return 429;
    case 'not-allowed':
      return 403;
    case 'not-found':
      return 404;
    case 'conflict':
      return 409;
    case 'internal':
      return 500;
    case 'could-not-check':
      return 503;
    default:
      return unreachable(kind);
  }
}
