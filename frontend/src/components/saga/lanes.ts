import { CreditCard, Package, ReceiptText, type LucideIcon } from "lucide-react";
import type { Lane } from "@/features/orders/facts";

/** From left to right. */
export const LANES: Record<Lane, { name: string; icon: LucideIcon; column: string; place: number }> = {
  order: { name: "Order", icon: ReceiptText, column: "lg:col-start-1", place: 0 },
  inventory: { name: "Stock", icon: Package, column: "lg:col-start-2", place: 1 },
  payment: { name: "Payment", icon: CreditCard, column: "lg:col-start-3", place: 2 },
};
