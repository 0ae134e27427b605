import type { Order, OrderStatus } from "@/lib/api/types";
import { formatMoney } from "@/lib/format/money";
import { formatTimeOfDay } from "@/lib/format/time";
import { find } from "./causes";
import type { Facts, Happening, Lane } from "./facts";

/** What is still to come: `underway` happens by itself, the rest only if somebody does something. */
export interface Expectation {
  readonly lane: Lane;
  readonly text: string;
  readonly underway: boolean;
}

/** In the order in which they are told; none when nothing more will happen. */
export function expectationsOf(order: Order, status: OrderStatus, facts: Facts): Expectation[] {
  const has = (...kinds: Happening["kind"][]): boolean => kinds.some((kind) => find(facts, kind) !== null);
  const underway = (lane: Lane, text: string): Expectation => ({ lane, text, underway: true });
  const possible = (lane: Lane, text: string): Expectation => ({ lane, text, underway: false });
  const total = formatMoney(order.total, order.currency);

  switch (status) {
    case "PENDING": {
      const isHeld = has("reserved");
      const latest = formatTimeOfDay(order.expires_at);
      return [
        ...(isHeld || has("out-of-stock") ? [] : [underway("inventory", "The items are being set aside")]),
        ...(has("charged", "declined") || !isHeld ? [] : [underway("payment", "The card is being charged")]),
        ...(isHeld && has("charged") ? [underway("order", "The order is about to be confirmed")] : []),
        ...(has("declined", "out-of-stock") ? [underway("order", "The order is being closed")] : []),
        possible("order", "It can be cancelled until it ships"),
        possible(
          "inventory",
          isHeld
            ? `If it is not confirmed by ${latest}, the items are released`
            : `If it is not confirmed by ${latest}, the order ends`,
        ),
      ];
    }
    case "CONFIRMED":
      return [
        underway("order", "It will be prepared for shipping"),
        possible("order", "It can be cancelled until it ships, with a full refund"),
      ];
    case "PROCESSING":
      return [
        underway("order", "It will be shipped"),
        possible("order", "It can be cancelled until it ships, with a full refund"),
      ];
    case "SHIPPED":
      return [underway("order", "It is on its way and can no longer be cancelled")];
    case "DELIVERED":
      return [];
    case "FAILED":
    case "CANCELLED":
      return [...moneyToReturn(), ...stockToReturn()];
  }

  function moneyToReturn(): Expectation[] {
    if (has("declined", "payment-ended")) return [];
    // A refund may be heard of before the charge that it returns has been read.
    if (!has("charged", "refunded", "refund-refused")) {
      return has("charge-begun")
        ? [underway("payment", `The card may still be charged; ${total} would be refunded in full at once`)]
        : [underway("payment", "The payment is being cancelled")];
    }
    if (isAllRefunded(facts)) return [];
    return has("refund-refused")
      ? [underway("payment", "The refund is tried again until it succeeds")]
      : [underway("payment", "The refund is on its way")];
  }

  function stockToReturn(): Expectation[] {
    if (!has("reserved") || has("released")) return [];
    return [underway("inventory", "The items are being returned to stock")];
  }
}

function isAllRefunded(facts: Facts): boolean {
  for (const { happening } of facts.values()) {
    if (happening.kind === "refunded" && happening.remaining === 0) return true;
  }
  return false;
}
