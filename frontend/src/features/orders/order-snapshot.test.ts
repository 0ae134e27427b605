// @vitest-environment node
import createClient from "openapi-fetch";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { paths as OrderPaths } from "@/lib/api/generated/order";
import type { paths as PaymentPaths } from "@/lib/api/generated/payment";
import { readOrder } from "./order-snapshot";

const file = new URL("./fixtures/declined.json", import.meta.url);
const recorded = JSON.parse(readFileSync(file, "utf8")) as {
  order: { id: string };
  orderHistory: unknown[];
  payment: unknown;
  paymentHistory: unknown[];
};
const page = (items: unknown[]) => Response.json({ items, next_cursor: null });
const away = () => Response.json({ title: "Away" }, { status: 503 });

const orders = createClient<OrderPaths>({
  baseUrl: "http://orders",
  fetch: (request) =>
    Promise.resolve(
      request.url.includes("/events") ? page(recorded.orderHistory) : Response.json(recorded.order),
    ),
});
const payments = createClient<PaymentPaths>({
  baseUrl: "http://payments",
  fetch: (request) =>
    Promise.resolve(page(request.url.includes("/events") ? recorded.paymentHistory : [recorded.payment])),
});
const paymentsAway = createClient<PaymentPaths>({
  baseUrl: "http://payments",
  fetch: () => Promise.resolve(away()),
});
const id = recorded.order.id;

test("the payment stays as it was read before when its service is away", async () => {
  const before = await readOrder(orders, payments, id);
  expect(before).toMatchObject({ isPaymentOld: false, payment: { history: recorded.paymentHistory } });
  expect(await readOrder(orders, paymentsAway, id, before)).toEqual({ ...before, isPaymentOld: true });
});

test("the order is read without its payment when that was never read", async () => {
  expect(await readOrder(orders, paymentsAway, id)).toMatchObject({ payment: null, isPaymentOld: true });
});

test("the problem is told when the order service is away", async () => {
  const ordersAway = createClient<OrderPaths>({
    baseUrl: "http://orders",
    fetch: () => Promise.resolve(away()),
  });
  await expect(readOrder(ordersAway, payments, id)).rejects.toMatchObject({ status: 503 });
});
