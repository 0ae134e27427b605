import type { Session, SessionAnswer } from "@/features/session/session";
import { answerOrProblem, json } from "@/server/answers";
import { bodyOrProblem } from "@/server/bodies";
import { config } from "@/server/config";
import { grantToPersona, PersonaSignIn } from "@/server/personas";
import { problem } from "@/server/problems";
import { refusalOfOtherOrigins } from "@/server/same-origin";
import { beginSession, currentSession, endSession } from "@/server/session";

const LARGEST_BODY = 4 * 1024;

function answer(session: Session | null): Response {
  return json({ session } satisfies SessionAnswer);
}

/** Who is signed in. */
export async function GET(request: Request): Promise<Response> {
  return answerOrProblem(request, async () => answer(await currentSession()));
}

/** Signs in as a persona, where the issuer gives tokens to anybody. */
export async function POST(request: Request): Promise<Response> {
  const { publicUrl, signIn } = config();
  const refusal = refusalOfOtherOrigins(request, publicUrl);
  if (refusal) return refusal;
  if (signIn.kind !== "personas") {
    return problem(request, 404, "not-found", "Not found", "There are no personas here: go to /api/sign-in.");
  }
  const body = await bodyOrProblem(request, LARGEST_BODY);
  if (body instanceof Response) return body;
  const wanted = PersonaSignIn.safeParse(parsed(body));
  if (!wanted.success) {
    return problem(request, 422, "invalid-input", "The request is not valid", "See the fields.", {
      errors: wanted.error.issues.map(({ path, message }) => ({ field: path.join("."), message })),
    });
  }
  return answerOrProblem(request, async () =>
    answer(await beginSession(await grantToPersona(signIn.issuer, wanted.data))),
  );
}

export async function DELETE(request: Request): Promise<Response> {
  const refusal = refusalOfOtherOrigins(request, config().publicUrl);
  if (refusal) return refusal;
  return answerOrProblem(request, async () => {
    await endSession();
    return answer(null);
  });
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined; // What is no JSON is no sign-in either, and is refused as such.
  }
}
