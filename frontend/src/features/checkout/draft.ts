import * as z from "zod/mini";
import { BLANK } from "./address";

const field = z._default(z.string(), "");

/** An order that was sent: until its answer is known, it is only ever sent again as it is, with its key. */
const attemptSchema = z.object({
  key: z.string(),
  /** Who sent it: a key belongs to a customer. */
  subject: z.string(),
  body: z.object({
    items: z.array(z.object({ sku: z.string(), quantity: z.number(), expected_unit_price: z.number() })),
    currency: z.string(),
    payment_method: z.string(),
    shipping_address: z.object({
      name: z.string(),
      line1: z.string(),
      line2: z.nullable(z.string()),
      city: z.string(),
      region: z.nullable(z.string()),
      postal_code: z.string(),
      country: z.string(),
      email: z.nullable(z.string()),
    }),
  }),
});

const draftSchema = z.object({
  address: z.object({
    name: field,
    line1: field,
    line2: field,
    city: field,
    region: field,
    postal_code: field,
    country: field,
    email: field,
  }),
  method: z.nullable(z.string()),
  attempt: z.nullable(attemptSchema),
});

export type Draft = z.infer<typeof draftSchema>;
export type Attempt = z.infer<typeof attemptSchema>;

export const FRESH: Draft = { address: BLANK, method: null, attempt: null };

/** What was stored, or a fresh one when that is nothing we wrote. */
export function parseDraft(stored: string | null): Draft {
  if (stored === null) return FRESH;
  let value: unknown;
  try {
    value = JSON.parse(stored);
  } catch {
    return FRESH; // Storage belongs to the browser's owner, who may have written anything in it.
  }
  const draft = draftSchema.safeParse(value);
  return draft.success ? draft.data : FRESH;
}
