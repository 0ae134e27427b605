import type { components } from "./generated/events";

/** A published event: a CloudEvents envelope, with `data` told by `type`. */
export type EventFlowEvent = components["schemas"]["EventFlowEvent"];

export type EventType = EventFlowEvent["type"];

/** The one event of that type: `EventOf<"order.created">`. */
export type EventOf<Type extends EventType> = Extract<EventFlowEvent, { type: Type }>;
