import type { Client } from "openapi-fetch";
import type { paths as OrderPaths } from "@/lib/api/generated/order";
import type { paths as PaymentPaths } from "@/lib/api/generated/payment";
import { Problem, unwrap } from "@/lib/api/problem";
import type { Order, OrderHistoryItem, Payment, PaymentHistoryItem } from "@/lib/api/types";

// An order has a dozen events; this is the most that a page of a history holds.
const MOST_EVENTS = 200;

/** An order as its customer may read it at one moment. */
export interface OrderSnapshot {
  readonly order: Order;
  readonly history: readonly OrderHistoryItem[];
  /** Null while the payment service has not heard of the order. */
  readonly payment: PaymentSnapshot | null;
  /** The payment service did not answer: the payment is as it was before. */
  readonly isPaymentOld: boolean;
}

export interface PaymentSnapshot {
  readonly payment: Payment;
  readonly history: readonly PaymentHistoryItem[];
}

/** Throws the order service's Problem; what the payment service does not tell is left as it was. */
export async function readOrder(
  orders: Client<OrderPaths>,
  payments: Client<PaymentPaths>,
  id: string,
  before?: OrderSnapshot,
): Promise<OrderSnapshot> {
  const path = { order_id: id };
  const [order, history, payment] = await Promise.all([
    unwrap(orders.GET("/orders/{order_id}", { params: { path } })),
    unwrap(orders.GET("/orders/{order_id}/events", { params: { path, query: { limit: MOST_EVENTS } } })),
    readPayment(payments, id).catch(awayAsUndefined),
  ]);
  const isPaymentOld = payment === undefined;
  return {
    order,
    history: history.items,
    payment: isPaymentOld ? (before?.payment ?? null) : payment,
    isPaymentOld,
  };
}

async function readPayment(payments: Client<PaymentPaths>, orderId: string): Promise<PaymentSnapshot | null> {
  const page = await unwrap(payments.GET("/payments", { params: { query: { order_id: orderId } } }));
  const payment = page.items[0];
  if (!payment) return null;
  const params = { path: { payment_id: payment.id }, query: { limit: MOST_EVENTS } };
  const history = await unwrap(payments.GET("/payments/{payment_id}/events", { params }));
  return { payment, history: history.items };
}

function awayAsUndefined(error: unknown): undefined {
  const isAway = error instanceof Problem || (error instanceof DOMException && error.name === "TimeoutError");
  if (!isAway) throw error;
}
