import type { Client } from "openapi-fetch";
import type { paths as OrderPaths } from "@/lib/api/generated/order";
import { unwrap } from "@/lib/api/problem";
import type { Order, OrderStatus, Page } from "@/lib/api/types";

const ORDERS_PER_PAGE = 20;

interface OrdersPageQuery {
  readonly customerId: string;
  /** Null for all of them. */
  readonly status: OrderStatus | null;
  /** Where the page before ended; null for the first. */
  readonly cursor: string | null;
}

/** A page of a customer's orders, the newest first. Throws the order service's Problem. */
export function readOrdersPage(
  orders: Client<OrderPaths>,
  { customerId, status, cursor }: OrdersPageQuery,
  signal?: AbortSignal,
): Promise<Page<Order>> {
  const query = {
    customer_id: customerId,
    limit: ORDERS_PER_PAGE,
    ...(status && { status: [status] }),
    ...(cursor && { cursor }),
  };
  return unwrap(orders.GET("/orders", { params: { query }, ...(signal && { signal }) }));
}
