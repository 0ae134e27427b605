import type { OrderReason } from "@/lib/api/types";

/** Whose doing a fact is. */
export type Lane = "order" | "inventory" | "payment";

/** What happened to an order, as far as its customer may know; money in minor units of the order's currency. */
export type Happening =
  | { kind: "placed" }
  | { kind: "confirmed" }
  | { kind: "processing" }
  | { kind: "shipped"; trackingNumber: string | null }
  | { kind: "delivered" }
  | { kind: "edited"; changes: string[] }
  | { kind: "failed"; reason: OrderReason; detail: string }
  | { kind: "cancelled"; reason: OrderReason }
  | { kind: "reserved" }
  | { kind: "out-of-stock" }
  | { kind: "released" }
  | { kind: "payment-recorded" }
  | { kind: "charge-begun" }
  | { kind: "charged"; amount: number }
  | { kind: "declined"; message: string }
  | { kind: "payment-ended" }
  | { kind: "refunded"; amount: number; refundedTotal: number; remaining: number; reason: string }
  | { kind: "refund-refused"; amount: number };

/** One event, told by its own id whoever brought it: a history, the socket, or another event that names it as its cause. */
export interface Fact {
  readonly id: string;
  readonly lane: Lane;
  /** Its place in its own stream; null when only its id is known. */
  readonly version: number | null;
  /** The id of its cause; undefined when only the rules of the saga tell it. */
  readonly cause: string | undefined;
  readonly happening: Happening;
}

export type Facts = ReadonlyMap<string, Fact>;

export const NO_FACTS: Facts = new Map();

/** The facts with these added. In whatever order and however often they come, the end is the same. */
export function withFacts(known: Facts, more: readonly Fact[]): Facts {
  const changed = more.filter((fact) => saysMore(fact, known.get(fact.id)));
  if (changed.length === 0) return known;
  const merged = new Map(known);
  for (const fact of changed) if (saysMore(fact, merged.get(fact.id))) merged.set(fact.id, fact);
  return merged;
}

function saysMore(fact: Fact, known: Fact | undefined): boolean {
  return known === undefined || knowledge(fact) > knowledge(known);
}

function knowledge({ version, cause }: Fact): number {
  return (version === null ? 0 : 1) + (cause === undefined ? 0 : 1);
}

/** When it happened, in milliseconds: ids are UUIDs of version 7, and the services take them and the time at once. */
export function momentOf(id: string): number {
  return Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);
}
