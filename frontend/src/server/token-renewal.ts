import { IssuerAway } from "./away";
import { config } from "./config";
import { refreshGrant } from "./oidc";
import { oncePerProcess } from "./once-per-process";
import { renewPersona } from "./personas";
import { sessions } from "./session";
import type { Grant } from "./session-store";

/** A token with less than this left might expire on its way. */
const LEAST_SECONDS = 60;

type Kept = Grant & { startedAt: number };

/** The grant, with a new token when the old one ends soon; null, and the session is over, when none is to be had. */
export async function freshGrant(id: string, kept: Kept): Promise<Grant | null> {
  if (secondsLeft(kept) >= LEAST_SECONDS) return kept;
  const renewals = oncePerProcess("renewals", () => new Map<string, Promise<Grant | null>>());
  // A refresh token is good once: whoever asks at the same time shares the answer.
  const renewal = renewals.get(id) ?? renew(id, kept).finally(() => renewals.delete(id));
  renewals.set(id, renewal);
  return renewal;
}

export function secondsLeft({ expiresAt }: Grant): number {
  return Math.floor(expiresAt - Date.now() / 1000);
}

async function renew(id: string, kept: Kept): Promise<Grant | null> {
  let grant: Grant | null;
  try {
    grant = await renewedGrant(kept);
  } catch (error) {
    // What the issuer cannot do now it can do later, as long as the old token lives.
    if (error instanceof IssuerAway && secondsLeft(kept) > 0) return kept;
    throw error;
  }
  if (grant === null) await sessions().end(id);
  else await sessions().renew(id, kept, grant);
  return grant;
}

async function renewedGrant(kept: Kept): Promise<Grant | null> {
  const { signIn } = config();
  return signIn.kind === "personas" ? renewPersona(signIn.issuer, kept) : refreshGrant(signIn, kept);
}
