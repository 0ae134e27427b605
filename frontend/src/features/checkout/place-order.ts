import type { Cart } from "@/features/cart/cart";
import { ON_BEHALF_OF } from "@/features/session/session";
import { orders } from "@/lib/api/browser";
import { unwrap } from "@/lib/api/problem";
import type { AddressInput, Order } from "@/lib/api/types";
import type { Attempt } from "./draft";
import { changeDraft, currentDraft } from "./draft-store";
import { type Outcome, outcomeOf, settles } from "./outcome";

export interface Wanted {
  subject: string;
  cart: Cart;
  method: string;
  address: AddressInput;
}

function newAttempt({ subject, cart, method, address }: Wanted): Attempt {
  const items = cart.lines.map(({ sku, quantity, prices }) => {
    const price = prices[cart.currency];
    if (price === undefined) throw new Error(`${sku} has no price in ${cart.currency}`);
    return { sku, quantity, expected_unit_price: price };
  });
  const body = { items, currency: cart.currency, payment_method: method, shipping_address: address };
  return { key: crypto.randomUUID(), subject, body };
}

/** How an attempt reaches the order service. */
export type Send = (attempt: Attempt) => Promise<Order>;

// Keys belong to a customer: sent for whoever signed in meanwhile in another tab, it would be another order.
const send: Send = ({ key, subject, body }) =>
  unwrap(
    orders.POST("/orders", {
      params: { header: { "Idempotency-Key": key } },
      headers: { [ON_BEHALF_OF]: encodeURIComponent(subject) },
      body,
    }),
  );

/** This customer's attempt whose answer never came, also before a reload. */
export function unsettled(subject: string): Attempt | null {
  const { attempt } = currentDraft();
  return attempt?.subject === subject ? attempt : null;
}

/**
 * Sends exactly one order. The key is stored before anything is sent and kept until the answer is known,
 * so that a second press, a reload or a lost answer only asks for that same order again.
 */
export async function placeOrder(wanted: Wanted, by: Send = send): Promise<Outcome> {
  const attempt = unsettled(wanted.subject) ?? newAttempt(wanted);
  changeDraft({ attempt });
  const outcome = await by(attempt).then(
    (order): Outcome => ({ kind: "placed", order }),
    (reason: unknown) => outcomeOf(reason, attempt),
  );
  if (settles(outcome)) changeDraft({ attempt: null });
  return outcome;
}
