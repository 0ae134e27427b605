import type { components as inventory } from "./generated/inventory";
import type { components as order } from "./generated/order";
import type { components as payment } from "./generated/payment";

type OrderSchemas = order["schemas"];
type PaymentSchemas = payment["schemas"];
type InventorySchemas = inventory["schemas"];

/** A page of a list; `next_cursor` leads to the next one. */
export type Page<Item> = { items: Item[]; next_cursor: string | null };

export type Order = OrderSchemas["OrderResource"];
export type OrderItem = OrderSchemas["ItemResource"];
export type OrderInput = OrderSchemas["OrderInput"];
export type OrderStatus = OrderSchemas["OrderStatus"];
export type OrderReason = NonNullable<Order["reason"]>;
export type OrderHistoryItem = OrderSchemas["HistoryItem"];
/** The payment and the stock as the order's own page shows them. */
export type OrderPaymentStatus = OrderSchemas["PaymentStatus"];
export type OrderStockStatus = OrderSchemas["StockStatus"];
export type WantedItem = OrderSchemas["WantedItem"];
export type Address = OrderSchemas["AddressResource"];
export type AddressInput = OrderSchemas["AddressInput"];

export type Payment = PaymentSchemas["PaymentResource"];
export type PaymentStatus = PaymentSchemas["PaymentStatus"];
export type PaymentFailure = PaymentSchemas["FailureResource"];
export type PaymentHistoryItem = PaymentSchemas["HistoryItem"];
export type Refund = PaymentSchemas["RefundResource"];
export type RefundStatus = PaymentSchemas["RefundStatus"];

export type Product = InventorySchemas["ProductResource"];
export type ProductStatus = InventorySchemas["ProductStatus"];
export type Reservation = InventorySchemas["ReservationResource"];
export type ReservationStatus = InventorySchemas["ReservationStatus"];
export type ReservationHistoryItem = InventorySchemas["HistoryItem"];

/** What every error of the services, and of our own server, looks like on the wire (RFC 9457). */
export type ProblemDocument = OrderSchemas["Problem"];
export type FieldError = OrderSchemas["FieldErrorDocument"];
