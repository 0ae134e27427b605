import { z } from "zod";
import { ROLES } from "@/features/session/session";

const Claims = z.object({
  sub: z.string().min(1),
  role: z.enum(ROLES),
  exp: z.number(),
});

/** The token is not one that the services would take: it does not say whose it is, or in which role. */
export class UnusableToken extends Error {
  override readonly name = "UnusableToken";
}

/** What a token from the issuer itself says. The services verify it; here it is only read. */
export function claimsOf(token: string): z.infer<typeof Claims> {
  try {
    const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
    return Claims.parse(JSON.parse(payload));
  } catch (error) {
    throw new UnusableToken("The token lacks sub, role or exp", { cause: error });
  }
}
