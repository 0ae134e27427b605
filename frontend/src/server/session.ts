import { cookies } from "next/headers";
import type { Session } from "@/features/session/session";
import { config } from "./config";
import { oncePerProcess } from "./once-per-process";
import { redis } from "./redis";
import { LONGEST_SECONDS, SessionStore, type Grant } from "./session-store";
import { freshGrant } from "./token-renewal";

export type { Session };

export function sessions(): SessionStore {
  return oncePerProcess("sessions", () => new SessionStore(redis()));
}

/** How our cookie is called and kept: out of the reach of scripts and of other sites. */
export function sessionCookie(publicUrl: string) {
  const secure = publicUrl.startsWith("https:");
  return {
    // Browsers take a __Host- cookie from this very host alone, over TLS.
    name: secure ? "__Host-session" : "session",
    options: { httpOnly: true, sameSite: "lax", path: "/", secure, maxAge: LONGEST_SECONDS } as const,
  };
}

/** The id in the caller's cookie. */
export async function sessionId(): Promise<string | null> {
  const cookie = (await cookies()).get(sessionCookie(config().publicUrl).name);
  return cookie?.value || null;
}

/** Whoever asks, with a token that is good for a while; null when nobody is signed in. Throws StorageAway, IssuerAway. */
export async function currentGrant(): Promise<(Grant & { id: string }) | null> {
  const id = await sessionId();
  if (id === null) return null;
  const kept = await sessions().find(id);
  if (kept === null) return null;
  const grant = await freshGrant(id, kept);
  return grant && { ...grant, id };
}

/** Whose session it is; null when nobody is signed in. Throws StorageAway, IssuerAway. */
export async function currentSession(): Promise<Session | null> {
  const grant = await currentGrant();
  return grant && publicPart(grant);
}

/** Signs in with a new session id, and ends the session that was there before. */
export async function beginSession(grant: Grant): Promise<Session> {
  const before = await sessionId();
  const id = await sessions().begin(grant);
  if (before !== null) await sessions().end(before);
  const { name, options } = sessionCookie(config().publicUrl);
  (await cookies()).set(name, id, options);
  return publicPart(grant);
}

export async function endSession(): Promise<void> {
  const id = await sessionId();
  if (id !== null) await sessions().end(id);
  const { name, options } = sessionCookie(config().publicUrl);
  (await cookies()).set(name, "", { ...options, maxAge: 0 });
}

function publicPart({ subject, role, name }: Grant): Session {
  return { subject, role, name };
}
