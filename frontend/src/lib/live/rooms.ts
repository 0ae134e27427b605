import type { EventFlowEvent } from "@/lib/events/types";

/** What a subscription names (docs/sockets.md). */
export type Room = { readonly order_id: string } | { readonly customer_id: string };

export function keyOf(room: Room): string {
  return "order_id" in room ? `order ${room.order_id}` : `customer ${room.customer_id}`;
}

/** Whether the room is among those named. */
export function isNamed(room: Room, named: readonly Room[]): boolean {
  return named.some((each) => keyOf(each) === keyOf(room));
}

export function isIn(room: Room, event: EventFlowEvent): boolean {
  return "order_id" in room ? event.subject === room.order_id : event.customerid === room.customer_id;
}
