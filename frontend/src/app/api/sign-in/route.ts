import { cookies } from "next/headers";
import { answerOrProblem } from "@/server/answers";
import { config } from "@/server/config";
import { ATTEMPT_SECONDS, beginSignIn } from "@/server/oidc";
import { redirectTo } from "@/server/redirects";
import { redis } from "@/server/redis";
import { returnTo } from "@/server/return-to";
import { attemptCookie } from "@/server/sign-in-cookie";

/** Sends the browser to the issuer to sign in, or to our own page where there are personas. */
export async function GET(request: Request): Promise<Response> {
  const { publicUrl, signIn } = config();
  const back = returnTo(new URL(request.url).searchParams.get("return_to"));
  if (signIn.kind === "personas") return redirectTo(`/sign-in?return_to=${encodeURIComponent(back)}`);
  return answerOrProblem(request, async () => {
    const { url, attempt } = await beginSignIn(signIn, publicUrl, back, redis());
    const { name, options } = attemptCookie(publicUrl);
    (await cookies()).set(name, attempt, { ...options, maxAge: ATTEMPT_SECONDS });
    return redirectTo(url);
  });
}
