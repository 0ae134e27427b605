import { redirect } from "next/navigation";
import { signInPath } from "@/components/shell/sign-in-path";
import { Problem, unwrap } from "@/lib/api/problem";
import type { Order, OrderStatus, Page } from "@/lib/api/types";
import { inventoryService, orderService, paymentService } from "@/server/services";
import { currentSession, type Session } from "@/server/session";
import { readOrder, type OrderSnapshot } from "./order-snapshot";
import { ORDERS_AT_ONCE } from "./history-page";
import type { Pictures } from "./pictures";

const NOT_A_UUID = 422;
const NOT_FOUND = 404;
const UNAUTHENTICATED = 401;

/** Who is signed in; sends everybody else to sign in and come back to this page. */
export async function signedIn(path: string): Promise<Session> {
  return (await currentSession()) ?? redirect(signInPath(path));
}

/** Null for an order that is unknown or somebody else's: the service does not tell which. */
export async function orderOnServer(id: string): Promise<OrderSnapshot | null> {
  try {
    const [orders, payments] = await Promise.all([orderService(), paymentService()]);
    return await readOrder(orders, payments, id);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === NOT_FOUND || error.status === NOT_A_UUID) return null;
    if (error.status === UNAUTHENTICATED) redirect(signInPath(`/orders/${id}`));
    throw error;
  }
}

/** The products' pictures, which are decoration: none without the inventory. */
export async function picturesOf(order: Order): Promise<Pictures> {
  const sku = order.items.map((item) => item.sku);
  try {
    const page = await unwrap(
      inventoryService().GET("/products", { params: { query: { sku, limit: 100 } } }),
    );
    return Object.fromEntries(
      page.items.map((each) => [each.sku, { image: each.image, category: each.category }]),
    );
  } catch (error) {
    if (error instanceof Problem || error instanceof DOMException) return {};
    throw error;
  }
}

/** The first page of the customer's own orders. */
export async function firstOrders(customerId: string, status: OrderStatus | null): Promise<Page<Order>> {
  const query = { customer_id: customerId, limit: ORDERS_AT_ONCE, ...(status && { status: [status] }) };
  return unwrap((await orderService()).GET("/orders", { params: { query } }));
}
