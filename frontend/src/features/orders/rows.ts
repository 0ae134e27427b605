import type { Order, OrderStatus } from "@/lib/api/types";
import type { EventFlowEvent } from "@/lib/events/types";
import { factsOfEvent } from "./facts-of-events";
import { statusOf } from "./story";

/** What was heard since the list was first read: the events of each order, and which orders were placed. */
export interface Heard {
  readonly events: ReadonlyMap<string, readonly EventFlowEvent[]>;
  readonly placed: ReadonlySet<string>;
}

export const NOTHING_HEARD: Heard = { events: new Map(), placed: new Set() };

/** With a batch of events, of which only the orders' own count. */
export function withEvents(heard: Heard, batch: readonly EventFlowEvent[]): Heard {
  const events = new Map(heard.events);
  const placed = new Set(heard.placed);
  for (const event of batch) {
    if (event.source !== "/order-service") continue;
    events.set(event.subject, [...(events.get(event.subject) ?? []), event]);
    if (event.type === "order.created") placed.add(event.subject);
  }
  return { events, placed };
}

/** After the list was read again: what was new `before` is new no more, also beyond the part that was read. */
export function afterReading(heard: Heard, before: Heard, read: readonly Order[]): Heard {
  const placed = new Set([...heard.placed].filter((id) => !before.placed.has(id)));
  const kept = new Set([...placed, ...read.map(({ id }) => id)]);
  return { placed, events: new Map([...heard.events].filter(([id]) => kept.has(id))) };
}

/** The order's status now: rows change in place. */
export function rowStatus(order: Order, heard: Heard): OrderStatus {
  return statusOf(order, (heard.events.get(order.id) ?? []).flatMap(factsOfEvent));
}

/** How many orders were placed that the list does not have. */
export function countNew(rows: readonly Order[], heard: Heard): number {
  const shown = new Set(rows.map((order) => order.id));
  return [...heard.placed].filter((id) => !shown.has(id)).length;
}
