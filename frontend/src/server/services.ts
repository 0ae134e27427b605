import createClient from "openapi-fetch";
import type { paths as OrderPaths } from "@/lib/api/generated/order";
import type { paths as PaymentPaths } from "@/lib/api/generated/payment";
import { config } from "./config";
import { currentGrant } from "./session";

/** For one read of a page that is made: whoever waits for the page waits for it, twice where Next tries again. */
const PATIENCE_MS = 5_000;

const inTime = (request: Request) => fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });

async function asCaller() {
  const grant = await currentGrant();
  return { fetch: inTime, headers: { Authorization: grant && `Bearer ${grant.accessToken}` } };
}

/** The order service as the caller may see it. Throws StorageAway. */
export async function orderService() {
  return createClient<OrderPaths>({ baseUrl: config().services.order, ...(await asCaller()) });
}

/** The payment service as the caller may see it. Throws StorageAway. */
export async function paymentService() {
  return createClient<PaymentPaths>({ baseUrl: config().services.payment, ...(await asCaller()) });
}
