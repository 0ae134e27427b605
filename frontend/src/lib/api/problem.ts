import type { FieldError, ProblemDocument } from "./types";

/** The types are `urn:eventflow:problem:<slug>`; this is the slug of an answer that never came. */
const NO_ANSWER = "no-answer";
const REQUEST_TIMEOUT = 408;

/** An error answer of a service or of our own server; `status` 0 when no answer came at all. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors: FieldError[];
  readonly correlationId: string | null;
  /** Seconds. */
  readonly retryAfter: number | null;

  constructor(document: Partial<ProblemDocument>, status: number, retryAfter: number | null = null) {
    const title = document.title ?? `The server answered ${status}`;
    super(document.detail || title);
    this.type = document.type ?? "about:blank";
    this.title = title;
    this.status = status;
    this.detail = document.detail ?? "";
    this.errors = document.errors ?? [];
    this.correlationId = document.correlation_id ?? null;
    this.retryAfter = retryAfter;
  }

  /** Whether nobody knows what became of the request: it may have been carried out, now or when it was sent before. */
  get leavesOpen(): boolean {
    return this.status === 0 || this.status === REQUEST_TIMEOUT || this.status >= 500;
  }

  /** Whether this is the problem of that name: `problem.is("price-changed")`. */
  is(slug: string): boolean {
    return this.type === `urn:eventflow:problem:${slug}`;
  }
}

function isDocument(value: unknown): value is Partial<ProblemDocument> {
  return typeof value === "object" && value !== null;
}

function secondsOf(response: Response): number | null {
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  return Number.isNaN(seconds) ? null : seconds;
}

function noAnswer(cause: TypeError): Problem {
  const problem = new Problem(
    {
      type: `urn:eventflow:problem:${NO_ANSWER}`,
      title: "No answer came",
      detail: "The connection was lost before an answer came.",
    },
    0,
  );
  problem.cause = cause;
  return problem;
}

type Result = { data?: unknown; error?: unknown; response: Response };
type DataOf<R> = R extends { data: infer Data; error?: never } ? Data : never;

/** What the service answered: `await unwrap(orders.GET(...))`. Throws a `Problem` otherwise. */
export async function unwrap<R extends Result>(request: Promise<R>): Promise<DataOf<R>> {
  const result = await request.catch((reason: unknown) => {
    // fetch tells a lost connection by a TypeError; an abort is the caller's own doing.
    throw reason instanceof TypeError ? noAnswer(reason) : reason;
  });
  if (!result.response.ok) throw problemOf(result.response, result.error);
  return result.data as DataOf<R>;
}

/** The problem in an error answer, whose body was read as `body`. */
function problemOf(response: Response, body: unknown): Problem {
  return new Problem(isDocument(body) ? body : {}, response.status, secondsOf(response));
}
