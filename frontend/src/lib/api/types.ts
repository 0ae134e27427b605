import type { components as inventory } from "./generated/inventory";
import type { components as order } from "./generated/order";
import type { components as payment } from "./generated/payment";

type OrderSchemas = order["schemas"];
type PaymentSchemas = payment["schemas"];

/** A page of a list; `next_cursor` leads to the next one. */
export type Page<Item> = { items: Item[]; next_cursor: string | null };

export type Order = OrderSchemas["OrderResource"];
export type OrderInput = OrderSchemas["OrderInput"];
export type OrderStatus = OrderSchemas["OrderStatus"];
export type OrderReason = NonNullable<Order["reason"]>;
export type OrderHistoryItem = OrderSchemas["HistoryItem"];
export type Address = OrderSchemas["AddressResource"];
export type AddressInput = OrderSchemas["AddressInput"];

export type Payment = PaymentSchemas["PaymentResource"];
export type PaymentStatus = PaymentSchemas["PaymentStatus"];
export type PaymentHistoryItem = PaymentSchemas["HistoryItem"];
export type Refund = PaymentSchemas["RefundResource"];
export type RefundStatus = PaymentSchemas["RefundStatus"];

export type Product = inventory["schemas"]["ProductResource"];

/** What every error of the services, and of our own server, looks like on the wire (RFC 9457). */
export type ProblemDocument = OrderSchemas["Problem"];
export type FieldError = OrderSchemas["FieldErrorDocument"];
