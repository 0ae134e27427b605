import type { Order, OrderReason, OrderStatus } from "@/lib/api/types";
import { formatMoney } from "@/lib/format/money";
import type { Tone } from "@/components/ui/tone";
import type { Fact, Facts } from "./facts";
import { find } from "./causes";

export interface Words {
  readonly title: string;
  readonly detail: string | null;
  readonly tone: Tone;
}

/** What happened, in a customer's words. */
export function wordsOf(fact: Fact, facts: Facts, order: Order): Words {
  const amountOf = (amount: number): string => formatMoney(amount, order.currency);
  const words = (title: string, detail: string | null = null, tone: Tone = "neutral"): Words => ({
    title,
    detail,
    tone,
  });
  const { happening } = fact;
  switch (happening.kind) {
    case "placed":
      return words("Order placed", `${pieces(order)} for ${amountOf(order.total)}`);
    case "confirmed":
      return words("Order confirmed", "The items are held and paid for.", "success");
    case "processing":
      return words("Being prepared for shipping");
    case "shipped":
      return words(
        "Shipped",
        happening.trackingNumber && `Tracking number ${happening.trackingNumber}`,
        "success",
      );
    case "delivered":
      return words("Delivered", null, "success");
    case "edited":
      return words("Details changed", happening.changes.map((field) => EDITED[field] ?? field).join(", "));
    case "failed":
      return words(
        "Order failed",
        happening.reason === "out_of_stock" ? withNames(happening.detail, order) : happening.detail,
        "danger",
      );
    case "cancelled":
      return words("Order cancelled", CANCELLED[happening.reason], "warning");
    case "reserved":
      return words("Items held for you", `${pieces(order)} set aside`, "success");
    case "out-of-stock":
      return words("Not enough in stock", "Nothing was set aside.", "danger");
    case "released":
      return find(facts, "reserved")
        ? words("Items returned to stock", `${pieces(order)} no longer held`)
        : words("Nothing was held");
    case "payment-recorded":
      return words("Payment prepared", "Nothing is charged before the items are held.");
    case "charge-begun":
      return words("Charge started", `${amountOf(order.total)} requested from the card`);
    case "charged":
      return words("Card charged", `${amountOf(happening.amount)} paid`, "success");
    case "declined":
      return words("Payment declined", `${happening.message} Nothing was charged.`, "danger");
    case "payment-ended":
      return words("Payment cancelled", "Nothing was charged.");
    case "refunded":
      return words(
        happening.remaining === 0 ? "Refunded in full" : "Partly refunded",
        `${amountOf(happening.amount)} returned to the card`,
        "success",
      );
    case "refund-refused":
      return words(
        "Refund refused",
        `The bank did not accept the refund of ${amountOf(happening.amount)}.`,
        "warning",
      );
  }
}

const EDITED: Record<string, string> = { shipping_address: "Shipping address", notes: "Notes" };

const CANCELLED: Partial<Record<OrderReason, string>> = {
  customer_request: "At your request",
  staff_request: "By the shop",
  expired: "It was not confirmed in time.",
};

function pieces(order: Order): string {
  const count = order.items.reduce((sum, item) => sum + item.quantity, 0);
  return count === 1 ? "1 item" : `${count} items`;
}

// The service tells the short lines by SKU: "AUD-AMP-01: 2 wanted, 1 available".
function withNames(detail: string, order: Order): string {
  return order.items.reduce((text, item) => text.replaceAll(`${item.sku}:`, `${item.name}:`), detail);
}

/** A status as a customer reads it. */
export const STATUS_WORDS: Record<OrderStatus, { label: string; tone: Tone }> = {
  PENDING: { label: "Pending", tone: "info" },
  CONFIRMED: { label: "Confirmed", tone: "success" },
  PROCESSING: { label: "Being prepared", tone: "info" },
  SHIPPED: { label: "Shipped", tone: "info" },
  DELIVERED: { label: "Delivered", tone: "success" },
  CANCELLED: { label: "Cancelled", tone: "warning" },
  FAILED: { label: "Failed", tone: "danger" },
};
