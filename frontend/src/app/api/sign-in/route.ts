import { cookies } from "next/headers";
import { answerOrProblem } from "@/server/answers";
import { config } from "@/server/config";
import { ATTEMPT_SECONDS, beginSignIn } from "@/server/oidc";
import { redirectTo } from "@/server/redirects";
import { redis } from "@/server/redis";
import { returnTo } from "@/server/return-to";
import { signInCookie } from "@/server/sign-in-cookie";

/** Sends the browser to the issuer to sign in, or to our own page where there are personas. */
export async function GET(request: Request): Promise<Response> {
  const { publicUrl, signIn } = config();
  const back = returnTo(new URL(request.url).searchParams.get("return_to"));
  if (signIn.kind === "personas") return redirectTo(`/sign-in?return_to=${encodeURIComponent(back)}`);
  return answerOrProblem(request, async () => {
    const { name, options } = signInCookie(publicUrl);
    const jar = await cookies();
    const known = jar.get(name)?.value || null;
    const { url, browser } = await beginSignIn(signIn, publicUrl, back, known, redis());
    jar.set(name, browser, { ...options, maxAge: ATTEMPT_SECONDS });
    return redirectTo(url);
  });
}
