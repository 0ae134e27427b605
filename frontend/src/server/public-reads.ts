const FRESH_MS = 1_000;
const MOST_QUESTIONS = 200;

type Answer = { status: number; headers: [string, string][]; body: ArrayBuffer };
type Question = { asked: number; answer: Promise<Answer> };

/** Answers for everybody, each kept for a second: a crowd that asks the same is one request a second to a service. */
export class PublicReads {
  private readonly questions = new Map<string, Question>();

  constructor(private readonly now: () => number = Date.now) {}

  async read(question: string, ask: () => Promise<Response>): Promise<Response> {
    const known = this.questions.get(question);
    if (known && this.now() - known.asked < FRESH_MS) return asResponse(await known.answer);
    const asked = { asked: this.now(), answer: ask().then(kept) };
    // What failed is told to those who asked meanwhile, and to nobody later.
    asked.answer.catch(() => this.forget(question, asked));
    this.questions.delete(question);
    this.questions.set(question, asked);
    this.makeRoom();
    return asResponse(await asked.answer);
  }

  private forget(question: string, asked: Question): void {
    if (this.questions.get(question) === asked) this.questions.delete(question);
  }

  private makeRoom(): void {
    // A map gives its keys in the order of their arrival.
    for (const oldest of this.questions.keys()) {
      if (this.questions.size <= MOST_QUESTIONS) return;
      this.questions.delete(oldest);
    }
  }
}

async function kept(response: Response): Promise<Answer> {
  return { status: response.status, headers: [...response.headers], body: await response.arrayBuffer() };
}

function asResponse({ status, headers, body }: Answer): Response {
  return new Response(body.byteLength > 0 ? body : null, { status, headers });
}
