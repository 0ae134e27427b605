import { redirect } from "next/navigation";
import { signInPath } from "@/features/session/sign-in-path";
import { Problem } from "@/lib/api/problem";
import type { Order, OrderStatus } from "@/lib/api/types";
import { isServiceAway } from "@/server/away";
import { products } from "@/server/products";
import { orderService, paymentService } from "@/server/services";
import { currentSession, type Session } from "@/server/session";
import { readOrder, type OrderSnapshot } from "./order-snapshot";
import { hasSessionEnded } from "@/features/session/session-ended";
import type { FirstOrders } from "./use-orders";
import { readOrdersPage } from "./orders-page";
import { picturesOf, skusOf, type Pictures } from "./pictures";

const NOT_A_UUID = 422;
const NOT_FOUND = 404;

/** Who is signed in; sends everybody else to sign in and come back to this page. Throws StorageAway, IssuerAway. */
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
    if (hasSessionEnded(error)) redirect(signInPath(`/orders/${id}`));
    throw error;
  }
}

/** The products' pictures, which are decoration: none without the inventory. */
export async function orderPictures(orders: readonly Order[]): Promise<Pictures> {
  if (orders.length === 0) return {};
  try {
    const known = await products();
    return picturesOf(skusOf(orders).flatMap((sku) => known.get(sku) ?? []));
  } catch (error) {
    if (isServiceAway(error)) return {};
    throw error;
  }
}

/** The first page of the customer's own orders. */
export async function firstOrders(customerId: string, status: OrderStatus | null): Promise<FirstOrders> {
  const orders = await orderService();
  const page = await readOrdersPage(orders, { customerId, status, cursor: null }).catch((error: Error) =>
    hasSessionEnded(error) ? redirect(signInPath("/account/orders")) : Promise.reject(error),
  );
  return { customerId, status, page, pictures: await orderPictures(page.items) };
}
