import { createParser } from "nuqs/server";
import type { OrderStatus } from "@/lib/api/types";
import { STATUS_WORDS } from "./words";

/** In the order of an order's life. */
export const STATUSES = Object.keys(STATUS_WORDS) as OrderStatus[];

/** `?status=CONFIRMED`; anything else is all of them. */
export const statusParser = createParser<OrderStatus>({
  parse: (text) => STATUSES.find((status) => status === text) ?? null,
  serialize: (status) => status,
});
