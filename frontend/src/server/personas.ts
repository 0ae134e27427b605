import { z } from "zod";
import type { Persona } from "@/features/session/session";
import { claimsOf } from "./access-token";
import { IssuerAway } from "./away";
import type { Grant } from "./session-store";

const PATIENCE_MS = 3_000;
const TOKEN_SECONDS = 3_600;

const ROLES = { shopper: "customer", staff: "staff", operator: "ops" } as const;
const NAMES = { shopper: "Demo shopper", staff: "Staff", operator: "Operator" } as const;

export const PersonaSignIn = z.object({
  persona: z.enum(["shopper", "staff", "operator"] satisfies Persona[]),
  name: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/, "must be 1 to 64 letters, digits or hyphens")
    .optional(),
});

/** What a persona may do. A shopper's name gives a history of its own; without one it is the demo's. */
export async function grantToPersona(issuer: string, wanted: z.infer<typeof PersonaSignIn>): Promise<Grant> {
  const subject = `${wanted.persona}-${wanted.name ?? "demo"}`;
  const accessToken = await tokenFor(issuer, subject, ROLES[wanted.persona], TOKEN_SECONDS);
  return grant(accessToken, wanted.name ?? NAMES[wanted.persona]);
}

/** The same with a token that is good for longer. */
export async function renewPersona(issuer: string, { subject, role, name }: Grant): Promise<Grant> {
  return grant(await tokenFor(issuer, subject, role, TOKEN_SECONDS), name);
}

export async function tokenFor(
  issuer: string,
  subject: string,
  role: string,
  seconds: number,
): Promise<string> {
  const answer = await fetch(`${issuer}/auth/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ subject, role, expires_in: seconds }),
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch((cause: unknown) => {
    throw new IssuerAway("The issuer does not answer", { cause });
  });
  if (!answer.ok) throw new IssuerAway(`The issuer answered ${answer.status}`);
  return z.object({ access_token: z.string() }).parse(await answer.json()).access_token;
}

function grant(accessToken: string, name: string): Grant {
  const { sub, role, exp } = claimsOf(accessToken);
  return { subject: sub, role, name, accessToken, expiresAt: exp };
}
