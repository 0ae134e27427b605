import type { EventFlowEvent, EventOf } from "@/lib/events/types";
import type { Fact, Happening, Lane } from "./facts";

/** What a live event tells; two things when it names a cause that is not published itself. */
export function factsOfEvent(event: EventFlowEvent): Fact[] {
  const { id, streamversion: version, causationid: cause } = event;
  const fact = (lane: Lane, happening: Happening): Fact => ({ id, lane, version, cause, happening });
  switch (event.type) {
    case "order.created":
      return [fact("order", { kind: "placed" })];
    case "order.confirmed":
      return [fact("order", { kind: "confirmed" })];
    case "order.updated":
      return [fact("order", updated(event.data))];
    case "order.failed":
      return [fact("order", { kind: "failed", reason: event.data.reason, detail: event.data.detail })];
    case "order.cancelled":
      return [fact("order", { kind: "cancelled", reason: event.data.reason })];
    case "inventory.reserved":
      return [fact("inventory", { kind: "reserved" })];
    case "inventory.reservation_failed":
      return [fact("inventory", { kind: "out-of-stock" })];
    case "inventory.released":
      return [fact("inventory", { kind: "released" })];
    case "payment.initiated":
      return [fact("payment", { kind: "payment-recorded" })];
    case "payment.processed":
      return [chargeBehind(cause), fact("payment", { kind: "charged", amount: event.data.amount })];
    case "payment.failed":
      return [chargeBehind(cause), fact("payment", { kind: "declined", message: event.data.message })];
    case "payment.cancelled":
      return [fact("payment", { kind: "payment-ended" })];
    case "payment.refunded": {
      const { amount, refunded_total: refundedTotal, remaining, reason } = event.data;
      return [fact("payment", { kind: "refunded", amount, refundedTotal, remaining, reason })];
    }
    case "payment.refund_failed":
      return [fact("payment", { kind: "refund-refused", amount: event.data.amount })];
    case "inventory.updated":
    case "inventory.low_stock":
      return [];
  }
}

// That a charge was begun is stored and not published; its outcome names it.
function chargeBehind(id: string): Fact {
  return { id, lane: "payment", version: null, cause: undefined, happening: { kind: "charge-begun" } };
}

function updated(data: EventOf<"order.updated">["data"]): Happening {
  if (data.status === data.previous_status) return { kind: "edited", changes: data.changes ?? [] };
  switch (data.status) {
    case "SHIPPED":
      return { kind: "shipped", trackingNumber: data.tracking_number ?? null };
    case "DELIVERED":
      return { kind: "delivered" };
    default:
      return { kind: "processing" };
  }
}
