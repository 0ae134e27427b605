import type { OrderHistoryItem, OrderReason, PaymentHistoryItem } from "@/lib/api/types";
import type { Fact, Happening, Lane } from "./facts";
import { integerIn, oneOfIn, textIn, textOrNullIn, textsIn, type StoredData } from "./stored-data";

const REASONS = [
  "customer_request",
  "staff_request",
  "expired",
  "payment_declined",
  "out_of_stock",
] as const satisfies readonly OrderReason[];

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
          trackingNumber: textOrNullIn(item.data, "tracking_number"),
        });
      case "order.delivered":
        return own("order", item, { kind: "delivered" });
      case "order.details_edited":
        return own("order", item, { kind: "edited", changes: textsIn(item.data, "changes") });
      case "order.failed":
        return own("order", item, {
          kind: "failed",
          reason: reasonIn(item.data),
          detail: textIn(item.data, "detail"),
        });
      case "order.cancelled":
        return own("order", item, { kind: "cancelled", reason: reasonIn(item.data) });
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
        return own("payment", item, { kind: "charged", amount: integerIn(item.data, "price.amount") });
      case "payment.failed":
        return own("payment", item, { kind: "declined", message: textIn(item.data, "failure.message") });
      case "payment.cancelled":
        return own("payment", item, { kind: "payment-ended" });
      case "payment.refunded":
        return own("payment", item, {
          kind: "refunded",
          amount: integerIn(item.data, "amount.amount"),
          refundedTotal: integerIn(item.data, "refunded_total"),
          remaining: integerIn(item.data, "remaining"),
          reason: textIn(item.data, "reason"),
        });
      case "payment.refund_failed":
        return own("payment", item, {
          kind: "refund-refused",
          amount: integerIn(item.data, "amount.amount"),
        });
      default:
        return [];
    }
  });
}

function reasonIn(data: StoredData): OrderReason {
  return oneOfIn(data, "reason", REASONS);
}

function own(lane: Lane, item: OrderHistoryItem | PaymentHistoryItem, happening: Happening): Fact[] {
  return [{ id: item.id, lane, version: item.version, cause: item.causation_id, happening }];
}

function fromInventory(item: OrderHistoryItem, happening: Happening): Fact[] {
  const version = integerIn(item.data, "stream_version");
  return [{ id: item.causation_id, lane: "inventory", version, cause: undefined, happening }];
}
