/** Whose session it is. `name` is what to call them. */
export type Session = { subject: string; role: Role; name: string };

export const ROLES = ["customer", "staff", "ops", "service"] as const;
export type Role = (typeof ROLES)[number];

/** Who one can be in development; each has a role of its own. */
export type Persona = "shopper" | "staff" | "operator";

/** What `GET /api/session` answers. */
export type SessionAnswer = { session: Session | null };

/** The header by which a page says for whom it asks: in another tab somebody else may have signed in. */
export const ON_BEHALF_OF = "X-On-Behalf-Of";
