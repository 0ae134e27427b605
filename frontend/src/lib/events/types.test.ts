import { expectTypeOf, test } from "vitest";
import type { EventFlowEvent, EventOf, EventType } from "./types";

test("data is told by type when an event is looked at", () => {
  const amount = (event: EventFlowEvent): number => {
    switch (event.type) {
      case "order.created":
        return event.data.total;
      case "payment.refunded":
        return event.data.refunded_total;
      default:
        return 0;
    }
  };
  expectTypeOf(amount).parameter(0).toEqualTypeOf<EventFlowEvent>();
  expectTypeOf<EventOf<"inventory.low_stock">["data"]["sku"]>().toEqualTypeOf<string>();
  expectTypeOf<"order.confirmed">().toExtend<EventType>();
});

test("every event has the envelope when its type is not known yet", () => {
  expectTypeOf<EventFlowEvent["streamversion"]>().toEqualTypeOf<number>();
  expectTypeOf<EventFlowEvent["customerid"]>().toEqualTypeOf<string | null | undefined>();
});
