import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { OrderView } from "@/features/orders/order-view";
import { orderOnServer, orderPictures, signedIn } from "@/features/orders/read-on-server";

interface OrderPageProps {
  params: Promise<{ id: string }>;
}

export const metadata: Metadata = { title: "Order" };

export default async function OrderPage({ params }: OrderPageProps) {
  const { id } = await params;
  const { subject } = await signedIn(`/orders/${id}`);
  const first = await orderOnServer(id);
  if (!first) notFound();
  const isOwn = first.order.customer_id === subject;
  return <OrderView first={first} pictures={await orderPictures([first.order])} isOwn={isOwn} />;
}
