import { randomBytes, createHash } from "node:crypto";
import * as openid from "openid-client";
import { z } from "zod";
import { claimsOf, UnusableToken } from "./access-token";
import { IssuerAway } from "./away";
import type { SignIn } from "./config";
import { oncePerProcess } from "./once-per-process";
import type { Grant, Storage } from "./session-store";

type Oidc = Extract<SignIn, { kind: "oidc" }>;

const PATIENCE_SECONDS = 5;
export const ATTEMPT_SECONDS = 10 * 60;

const Attempt = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
});

/** The answer that a browser brought belongs to no sign-in that it began here, or the issuer refused. */
export class SignInRefused extends Error {
  override readonly name = "SignInRefused";

  constructor(
    message: string,
    readonly returnTo: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

async function discover({ issuer, clientId, clientSecret }: Oidc): Promise<openid.Configuration> {
  const server = new URL(issuer);
  const execute = server.protocol === "http:" ? [openid.allowInsecureRequests] : [];
  return openid
    .discovery(server, clientId, clientSecret, undefined, { timeout: PATIENCE_SECONDS, execute })
    .catch((cause: unknown) => {
      throw new IssuerAway("The issuer cannot be discovered", { cause });
    });
}

/** What is known of the issuer; asked for again after a failure. */
function provider(signIn: Oidc): Promise<openid.Configuration> {
  const known = oncePerProcess("issuer", () => new Map<string, Promise<openid.Configuration>>());
  const found = known.get(signIn.issuer) ?? discover(signIn);
  known.set(signIn.issuer, found);
  found.catch(() => known.delete(signIn.issuer));
  return found;
}

/**
 * Begins to sign in: where to send the browser, and the secret by which its cookie ties the answer to it.
 * A browser that has one keeps it, so that two tabs can sign in at the same time.
 */
export async function beginSignIn(
  signIn: Oidc,
  publicUrl: string,
  returnTo: string,
  known: string | null,
  storage: Storage,
): Promise<{ url: string; browser: string }> {
  const issuer = await provider(signIn);
  const kept = {
    state: openid.randomState(),
    nonce: openid.randomNonce(),
    verifier: openid.randomPKCECodeVerifier(),
    returnTo,
  };
  const browser = known ?? randomBytes(32).toString("base64url");
  await storage.set(key(browser, kept.state), JSON.stringify(kept), ATTEMPT_SECONDS);
  const url = openid.buildAuthorizationUrl(issuer, {
    redirect_uri: `${publicUrl}/api/sign-in/callback`,
    scope: "openid profile",
    code_challenge: await openid.calculatePKCECodeChallenge(kept.verifier),
    code_challenge_method: "S256",
    state: kept.state,
    nonce: kept.nonce,
  });
  return { url: url.href, browser };
}

/** Ends it with what the issuer had the browser bring, once. Throws SignInRefused, IssuerAway or StorageAway. */
export async function finishSignIn(
  signIn: Oidc,
  publicUrl: string,
  browser: string | null,
  answer: URLSearchParams,
  storage: Storage,
): Promise<{ grant: Grant; returnTo: string }> {
  const begun = browser === null ? null : key(browser, answer.get("state") ?? "");
  const text = begun === null ? null : await storage.getAndDelete(begun);
  if (text === null) throw new SignInRefused("No sign-in was begun in this browser, or too long ago", "/");
  const { state, nonce, verifier, returnTo } = Attempt.parse(JSON.parse(text));
  const issuer = await provider(signIn);
  const callback = new URL(`${publicUrl}/api/sign-in/callback?${answer.toString()}`);
  const tokens = await openid
    .authorizationCodeGrant(issuer, callback, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    })
    .catch((cause: unknown) => {
      throw new SignInRefused("The issuer's answer is not good", returnTo, { cause });
    });
  const identity = tokens.claims();
  const name = [identity?.name, identity?.preferred_username].find(
    (text) => typeof text === "string" && text,
  );
  const claims = claimsOf(tokens.access_token);
  if (identity?.sub !== claims.sub) throw new UnusableToken("The two tokens are not of one subject");
  return { grant: grantOf(tokens, typeof name === "string" ? name : claims.sub), returnTo };
}

/** The grant with a new token; null when the issuer gives none any more. Throws IssuerAway. */
export async function refreshGrant(signIn: SignIn, { refreshToken, name }: Grant): Promise<Grant | null> {
  if (signIn.kind !== "oidc" || refreshToken === undefined) return null;
  const issuer = await provider(signIn);
  try {
    const grant = grantOf(await openid.refreshTokenGrant(issuer, refreshToken), name);
    return { refreshToken, ...grant };
  } catch (error) {
    if (error instanceof openid.ResponseBodyError || error instanceof UnusableToken) return null;
    throw new IssuerAway("The issuer does not answer", { cause: error });
  }
}

function grantOf(tokens: openid.TokenEndpointResponse, name: string): Grant {
  const { sub, role, exp } = claimsOf(tokens.access_token);
  return {
    subject: sub,
    role,
    name,
    accessToken: tokens.access_token,
    expiresAt: exp,
    ...(tokens.refresh_token !== undefined && { refreshToken: tokens.refresh_token }),
  };
}

function key(browser: string, state: string): string {
  return `session:sign-in:${createHash("sha256").update(`${browser} ${state}`).digest("hex")}`;
}
