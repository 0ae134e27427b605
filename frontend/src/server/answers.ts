import { UnusableToken } from "./access-token";
import { isAway } from "./away";
import { problem, sessionsAway } from "./problems";

export const json = (body: unknown) => Response.json(body, { headers: { "Cache-Control": "no-store" } });

/** What `answer` gives, or a problem when Redis or the issuer is away. */
export async function answerOrProblem(request: Request, answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (isAway(error)) {
      console.warn(JSON.stringify({ event: "signing_in_unavailable", error: error.message }));
      return sessionsAway(request);
    }
    if (error instanceof UnusableToken) {
      console.warn(JSON.stringify({ event: "token_unusable", error: error.message }));
      return problem(request, 403, "forbidden", "This account cannot be used here", `${error.message}.`);
    }
    throw error;
  }
}
