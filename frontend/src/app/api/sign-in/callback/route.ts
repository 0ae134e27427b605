import { cookies } from "next/headers";
import { signInPath } from "@/features/session/sign-in-path";
import { answerOrProblem } from "@/server/answers";
import { config } from "@/server/config";
import { finishSignIn, SignInRefused } from "@/server/oidc";
import { problem } from "@/server/problems";
import { redirectTo } from "@/server/redirects";
import { redis } from "@/server/redis";
import { beginSession } from "@/server/session";
import { signInCookie } from "@/server/sign-in-cookie";

/** Where the issuer sends the browser back to. */
export async function GET(request: Request): Promise<Response> {
  const { publicUrl, signIn } = config();
  if (signIn.kind === "personas")
    return problem(request, 404, "not-found", "Not found", "There are personas here.");
  const answer = new URL(request.url).searchParams;
  return answerOrProblem(request, async () => {
    const browser = (await cookies()).get(signInCookie(publicUrl).name)?.value ?? null;
    try {
      const { grant, returnTo } = await finishSignIn(signIn, publicUrl, browser, answer, redis());
      await beginSession(grant);
      return redirectTo(returnTo);
    } catch (error) {
      if (!(error instanceof SignInRefused)) throw error;
      console.warn(JSON.stringify({ event: "sign_in_refused", error: error.message }));
      return redirectTo(`${signInPath(error.returnTo)}&failed=1`);
    }
  });
}
