import Link from "next/link";
import { TimeAgo } from "@/components/ui/time-ago";
import { Money } from "@/components/ui/money";
import { Picture } from "@/features/catalog/picture";
import type { Order, OrderStatus } from "@/lib/api/types";
import type { Pictures } from "./pictures";
import { StatusBadge } from "./status-badge";

const PICTURES_SHOWN = 3;

interface OrderRowProps {
  order: Order;
  status: OrderStatus;
  pictures: Pictures;
}

export function OrderRow({ order, status, pictures }: OrderRowProps) {
  return (
    <li className="relative grid grid-cols-[1fr_auto] items-center gap-x-6 gap-y-1 px-2 py-4 transition-colors hover:bg-sunken sm:grid-cols-[9rem_minmax(0,1fr)_auto_6.5rem]">
      <ul aria-hidden className="flex gap-2 max-sm:hidden">
        {order.items.slice(0, PICTURES_SHOWN).map(({ sku }) => (
          <li key={sku} className="w-10">
            <Picture product={pictures[sku]} size={40} className="rounded-md" />
          </li>
        ))}
      </ul>
      <div className="grid min-w-0 gap-0.5 max-sm:contents">
        <p className="flex flex-col gap-x-3 sm:flex-row sm:items-baseline">
          <Link
            href={`/orders/${order.id}`}
            className="font-medium after:absolute after:inset-0 after:rounded-sm focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-ring"
          >
            {order.number}
          </Link>
          <TimeAgo time={order.created_at} className="text-[13px] text-muted tabular-nums" />
        </p>
        <p className="truncate text-sm text-muted max-sm:col-start-1 max-sm:row-start-2">{contents(order)}</p>
      </div>
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
