import { answerOrProblem, json } from "@/server/answers";
import { config } from "@/server/config";
import { tokenFor } from "@/server/personas";
import { unauthenticated } from "@/server/problems";
import { refusalOfOtherOrigins } from "@/server/same-origin";
import { currentGrant } from "@/server/session";
import { secondsLeft } from "@/server/token-renewal";

/** Long enough to connect, too short to be worth stealing. */
const LIVE_SECONDS = 120;

/** A token for the gateway's sockets, which browsers reach by themselves. */
export async function POST(request: Request): Promise<Response> {
  const { publicUrl, signIn, socketUrl } = config();
  const refusal = refusalOfOtherOrigins(request, publicUrl);
  if (refusal) return refusal;
  return answerOrProblem(request, async () => {
    const grant = await currentGrant();
    if (grant === null) return unauthenticated(request);
    if (signIn.kind === "oidc") {
      return json({ url: socketUrl, token: grant.accessToken, expires_in: secondsLeft(grant) });
    }
    const token = await tokenFor(signIn.issuer, grant.subject, grant.role, LIVE_SECONDS);
    return json({ url: socketUrl, token, expires_in: LIVE_SECONDS });
  });
}
