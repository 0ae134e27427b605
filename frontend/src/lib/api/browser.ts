import createClient from "openapi-fetch";
import type { paths as OrderPaths } from "./generated/order";
import type { paths as PaymentPaths } from "./generated/payment";
import { unwrap } from "./problem";
import type { Product } from "./types";

// Our own server passes these on to the services with the session's token, so that no token is in the browser.
function backend(service: "order" | "payment") {
  const origin = typeof location === "undefined" ? "" : location.origin;
  return { baseUrl: `${origin}/api/backend/${service}`, fetch: (request: Request) => fetch(request) };
}

export const orders = createClient<OrderPaths>(backend("order"));
export const payments = createClient<PaymentPaths>(backend("payment"));

/** What our own server answers at a path of its own. Throws a Problem. */
export async function askOurServer<Answer>(path: string, init?: RequestInit): Promise<Answer> {
  const asked = fetch(path, init).then(async (response) => {
    if (!response.ok) return { response, error: (await response.json().catch(() => undefined)) as unknown };
    return { response, data: (await response.json().catch(notWhole)) as Answer };
  });
  return unwrap(asked) as Promise<Answer>;
}

function notWhole(reason: unknown): never {
  throw reason instanceof SyntaxError ? new TypeError("The answer is not whole", { cause: reason }) : reason;
}

// An address of more than some 16 KB is refused, and a SKU may have 64 characters.
const SKUS_PER_REQUEST = 150;

/** The products of these SKUs as they are now; one that is missing does not exist. Throws a Problem. */
export async function readProducts(skus: readonly string[], signal: AbortSignal): Promise<Product[]> {
  const found: Product[] = [];
  for (let at = 0; at < skus.length; at += SKUS_PER_REQUEST) {
    const query = new URLSearchParams(skus.slice(at, at + SKUS_PER_REQUEST).map((sku) => ["sku", sku]));
    const answer = await askOurServer<{ items: Product[] }>(`/api/products?${query}`, { signal });
    found.push(...answer.items);
  }
  return found;
}
