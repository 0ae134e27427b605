import { Problem } from "@/lib/api/problem";
import type { Order } from "@/lib/api/types";
import type { Attempt } from "./draft";

export interface PriceChange {
  sku: string;
  before: number;
  now: number;
}

/** What is known after an order was sent. */
export type Outcome =
  | { kind: "placed"; order: Order }
  /** Nothing was ordered. */
  | { kind: "prices-changed"; changes: PriceChange[] }
  /** Nothing was ordered; `reasons` says why, a sentence each. */
  | { kind: "refused"; title: string; reasons: string[] }
  /** Nothing was ordered by this request; the same one may be sent after signing in. */
  | { kind: "signed-out" }
  /** Nothing was ordered by this request; it may be sent again after so many seconds. */
  | { kind: "too-many"; retryAfter: number | null }
  /** It may have been placed or not; sending it again with its key is safe and tells. */
  | { kind: "unknown"; retryAfter: number | null };

export type Unplaced = Exclude<Outcome, { kind: "placed" }>;

const ITEM_FIELD = /^items\.(\d+)\./;

/** Reads the refusal of an attempt. Throws what is no problem of ours. */
export function outcomeOf(reason: unknown, { body }: Attempt): Unplaced {
  if (!(reason instanceof Problem)) throw reason;
  const { status, errors, retryAfter, title, detail } = reason;
  if (status === 401) return { kind: "signed-out" };
  if (status === 429) return { kind: "too-many", retryAfter };
  if (reason.leavesOpen) return { kind: "unknown", retryAfter };
  if (reason.is("price-changed")) {
    const changes = errors.flatMap(({ field, current }): PriceChange[] => {
      const item = body.items[Number(ITEM_FIELD.exec(field)?.[1])];
      return item && typeof current === "number"
        ? [{ sku: item.sku, before: item.expected_unit_price, now: current }]
        : [];
    });
    if (changes.length > 0) return { kind: "prices-changed", changes };
  }
  const reasons = errors.map(({ message }) => sentence(message));
  return { kind: "refused", title, reasons: reasons.length > 0 ? reasons : [sentence(detail)] };
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

/** Whether the attempt is over, so that the next order needs a key of its own. */
export function settles(outcome: Outcome): boolean {
  return outcome.kind === "placed" || outcome.kind === "prices-changed" || outcome.kind === "refused";
}
