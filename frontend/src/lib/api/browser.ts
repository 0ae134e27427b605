import createClient from "openapi-fetch";
import type { paths as InventoryPaths } from "./generated/inventory";
import type { paths as OrderPaths } from "./generated/order";
import type { paths as PaymentPaths } from "./generated/payment";

// Our own server passes these on to the services with the session's token, so that no token is in the browser.
function backend(service: "order" | "payment" | "inventory") {
  const origin = typeof location === "undefined" ? "" : location.origin;
  return { baseUrl: `${origin}/api/backend/${service}`, fetch: (request: Request) => fetch(request) };
}

export const orders = createClient<OrderPaths>(backend("order"));
export const payments = createClient<PaymentPaths>(backend("payment"));
export const inventory = createClient<InventoryPaths>(backend("inventory"));
