import Link from "next/link";
import { TimeAgo } from "@/components/saga/time-ago";
import { Money } from "@/components/ui/money";
import type { Order, OrderStatus } from "@/lib/api/types";
import { StatusBadge } from "./status-badge";

export function OrderRow({ order, status }: { order: Order; status: OrderStatus }) {
  return (
    <li className="relative grid grid-cols-[1fr_auto] items-center gap-x-6 gap-y-1 px-2 py-4 transition-colors hover:bg-sunken sm:grid-cols-[9rem_1fr_auto_6.5rem]">
      <Link
        href={`/orders/${order.id}`}
        className="font-medium tabular-nums after:absolute after:inset-0 focus-visible:outline-offset-4"
      >
        {order.number}
      </Link>
      <p className="truncate text-sm text-muted max-sm:col-start-1 max-sm:row-start-2">
        {contents(order)}
        {", "}
        <TimeAgo time={order.created_at} />
      </p>
      <span className="justify-self-end max-sm:col-start-2 max-sm:row-start-1">
        <StatusBadge status={status} />
      </span>
      <Money
        amount={order.total}
        currency={order.currency}
        className="text-right font-medium max-sm:col-start-2 max-sm:row-start-2"
      />
    </li>
  );
}

function contents({ items }: Order): string {
  const [first, ...others] = items.map(({ name, quantity }) =>
    quantity === 1 ? name : `${quantity} × ${name}`,
  );
  if (others.length === 0) return first ?? "";
  return others.length === 1 ? `${first} and ${others[0]}` : `${first} and ${others.length} more`;
}
