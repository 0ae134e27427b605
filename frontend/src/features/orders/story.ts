import type { Order, OrderStatus } from "@/lib/api/types";
import { causeOf, find, inCausalOrder } from "./causes";
import { expectationsOf, type Expectation } from "./expectations";
import { momentOf, type Fact, type Facts, type Happening, type Lane } from "./facts";
import { wordsOf, type Words } from "./words";

export interface Step extends Words {
  readonly id: string;
  readonly lane: Lane;
  /** Milliseconds since 1970, and since the order was placed. */
  readonly at: number;
  readonly offset: number;
  readonly cause: { readonly id: string; readonly title: string } | null;
  /** It takes back what was done before. */
  readonly compensates: boolean;
}

/** One order as it is now: what happened, in causal order, and what comes next. */
export interface Story {
  readonly status: OrderStatus;
  readonly steps: readonly Step[];
  readonly expectations: readonly Expectation[];
  /** Whether money was asked of the card, and taken. */
  readonly charge: "none" | "underway" | "taken";
  readonly refundedTotal: number;
  readonly trackingNumber: string | null;
}

/** The same for the same facts, in whatever order they came. */
export function storyOf(order: Order, facts: Facts): Story {
  const ordered = inCausalOrder(facts);
  const placed = momentOf(find(facts, "placed")?.id ?? order.id);
  const status = statusOf(order, ordered);
  return {
    status,
    steps: ordered.map((fact) => stepOf(fact, facts, order, placed)),
    expectations: expectationsOf(order, status, facts),
    charge: chargeOf(facts),
    refundedTotal: ordered.reduce(
      (most, { happening }) =>
        happening.kind === "refunded" ? Math.max(most, happening.refundedTotal) : most,
      order.refunded_total,
    ),
    trackingNumber: ordered.reduce<string | null>(
      (known, { happening }) => (happening.kind === "shipped" ? happening.trackingNumber : known),
      order.tracking_number,
    ),
  };
}

function chargeOf(facts: Facts): Story["charge"] {
  if (find(facts, "charged") ?? find(facts, "refunded")) return "taken";
  const hasEnded = find(facts, "declined") ?? find(facts, "payment-ended");
  return find(facts, "charge-begun") && !hasEnded ? "underway" : "none";
}

function stepOf(fact: Fact, facts: Facts, order: Order, placed: number): Step {
  const at = momentOf(fact.id);
  const cause = causeOf(fact, facts);
  return {
    id: fact.id,
    lane: fact.lane,
    at,
    offset: at - placed,
    cause: cause && { id: cause.id, title: wordsOf(cause, facts, order).title },
    compensates: compensates(fact.happening),
    ...wordsOf(fact, facts, order),
  };
}

function compensates(happening: Happening): boolean {
  switch (happening.kind) {
    case "released":
    case "payment-ended":
      return true;
    case "refunded":
      return happening.reason === "order_cancelled";
    default:
      return false;
  }
}

const STATUS_AFTER: Partial<Record<Happening["kind"], OrderStatus>> = {
  placed: "PENDING",
  confirmed: "CONFIRMED",
  processing: "PROCESSING",
  shipped: "SHIPPED",
  delivered: "DELIVERED",
  failed: "FAILED",
  cancelled: "CANCELLED",
};

/** The newest of what was read over REST and what was heard of since. */
export function statusOf(order: Order, facts: Iterable<Fact>): OrderStatus {
  let status = order.status;
  let version = order.version;
  for (const fact of facts) {
    const after = STATUS_AFTER[fact.happening.kind];
    if (after && fact.version !== null && fact.version > version) {
      status = after;
      version = fact.version;
    }
  }
  return status;
}
