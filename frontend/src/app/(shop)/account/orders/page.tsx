import type { Metadata } from "next";
import { OrdersView } from "@/features/orders/orders-view";
import { firstOrders, signedIn } from "@/features/orders/read-on-server";
import { statusParser } from "@/features/orders/status-filter";

interface OrdersPageProps {
  searchParams: Promise<{ status?: string | string[] }>;
}

export const metadata: Metadata = { title: "Your orders" };

export default async function OrdersPage({ searchParams }: OrdersPageProps) {
  const status = statusParser.parseServerSide((await searchParams).status);
  const { subject } = await signedIn("/account/orders");
  const first = await firstOrders(subject, status);
  return (
    <>
      <h1 className="mb-8 text-2xl font-semibold sm:text-3xl">Your orders</h1>
      <OrdersView first={first} />
    </>
  );
}
