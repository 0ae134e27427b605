import { answerOrProblem } from "@/server/answers";
import { forward, isOnBehalfOf, parseTarget } from "@/server/backend";
import { config } from "@/server/config";
import { problem, unauthenticated } from "@/server/problems";
import { refusalOfOtherOrigins } from "@/server/same-origin";
import { currentGrant, endSession } from "@/server/session";

/** Passes what the browser asks on to a service, with the token of the session. */
async function answer(request: Request): Promise<Response> {
  const { publicUrl, services } = config();
  const refusal = refusalOfOtherOrigins(request, publicUrl);
  if (refusal) return refusal;
  const target = parseTarget(request.url);
  if (target === null) return problem(request, 404, "not-found", "Not found", "There is nothing here.");
  const service = services[target.service];

  return answerOrProblem(request, async () => {
    const grant = await currentGrant();
    if (grant === null || !isOnBehalfOf(request, grant.subject)) return unauthenticated(request);
    const response = await forward(request, target, service, grant.accessToken);
    // The services do not know whoever it was any more, so neither do we.
    if (response.status === 401) await endSession();
    return response;
  });
}

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST };
