import * as z from "zod/mini";
import type { OrderHistoryItem, PaymentHistoryItem } from "@/lib/api/types";
import type { Fact, Happening, Lane } from "./facts";

// The data of stored events are the services' own, so that what is read of them is checked.
const money = z.object({ amount: z.int() });
const reason = z.enum(["customer_request", "staff_request", "expired", "payment_declined", "out_of_stock"]);
const heard = z.object({ stream_version: z.int() });
const cancelled = z.object({ reason });
const failed = z.object({ reason, detail: z.string() });
const shipped = z.object({ tracking_number: z.nullable(z.string()) });
const edited = z.object({ changes: z.array(z.string()) });
const charged = z.object({ price: money });
const declined = z.object({ failure: z.object({ message: z.string() }) });
const refused = z.object({ amount: money });
const refunded = z.object({
  amount: money,
  refunded_total: z.int(),
  remaining: z.int(),
  reason: z.string(),
});

/** What the order's own history tells: its own doings, and what it heard from the inventory under the other's id. */
export function factsOfOrderHistory(history: readonly OrderHistoryItem[]): Fact[] {
  return history.flatMap((item) => {
    switch (item.type) {
      case "order.created":
        return own("order", item, { kind: "placed" });
      case "order.confirmed":
        return own("order", item, { kind: "confirmed" });
      case "order.processing_started":
        return own("order", item, { kind: "processing" });
      case "order.shipped":
        return own("order", item, {
          kind: "shipped",
          trackingNumber: shipped.parse(item.data).tracking_number,
        });
      case "order.delivered":
        return own("order", item, { kind: "delivered" });
      case "order.details_edited":
        return own("order", item, { kind: "edited", ...edited.parse(item.data) });
      case "order.failed":
        return own("order", item, { kind: "failed", ...failed.parse(item.data) });
      case "order.cancelled":
        return own("order", item, { kind: "cancelled", ...cancelled.parse(item.data) });
      case "order.stock_secured":
        return fromInventory(item, { kind: "reserved" });
      case "order.stock_refused":
        return fromInventory(item, { kind: "out-of-stock" });
      case "order.stock_returned":
        return fromInventory(item, { kind: "released" });
      default:
        return [];
    }
  });
}

/** What the payment's history tells. */
export function factsOfPaymentHistory(history: readonly PaymentHistoryItem[]): Fact[] {
  return history.flatMap((item) => {
    switch (item.type) {
      case "payment.initiated":
        return own("payment", item, { kind: "payment-recorded" });
      case "payment.charge_requested":
        return own("payment", item, { kind: "charge-begun" });
      case "payment.processed":
        return own("payment", item, { kind: "charged", amount: charged.parse(item.data).price.amount });
      case "payment.failed":
        return own("payment", item, { kind: "declined", message: declined.parse(item.data).failure.message });
      case "payment.cancelled":
        return own("payment", item, { kind: "payment-ended" });
      case "payment.refunded": {
        const data = refunded.parse(item.data);
        return own("payment", item, {
          kind: "refunded",
          amount: data.amount.amount,
          refundedTotal: data.refunded_total,
          remaining: data.remaining,
          reason: data.reason,
        });
      }
      case "payment.refund_failed":
        return own("payment", item, {
          kind: "refund-refused",
          amount: refused.parse(item.data).amount.amount,
        });
      default:
        return [];
    }
  });
}

function own(lane: Lane, item: OrderHistoryItem | PaymentHistoryItem, happening: Happening): Fact[] {
  return [{ id: item.id, lane, version: item.version, cause: item.causation_id, happening }];
}

function fromInventory(item: OrderHistoryItem, happening: Happening): Fact[] {
  const version = heard.parse(item.data).stream_version;
  return [{ id: item.causation_id, lane: "inventory", version, cause: undefined, happening }];
}
