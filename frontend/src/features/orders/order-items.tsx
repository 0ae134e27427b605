import Link from "next/link";
import { Money } from "@/components/ui/money";
import { Totals } from "@/components/ui/totals";
import { Picture } from "@/features/catalog/picture";
import type { Order } from "@/lib/api/types";
import type { Pictures } from "./pictures";

interface OrderItemsProps {
  order: Order;
  refundedTotal: number;
  pictures: Pictures;
}

export function OrderItems({ order, refundedTotal, pictures }: OrderItemsProps) {
  const { items, currency, total } = order;
  return (
    <section aria-labelledby="items-heading">
      <h2 id="items-heading" className="mb-4 text-lg font-semibold">
        Items
      </h2>
      <ul className="divide-y divide-border border-y border-border">
        {items.map((item) => (
          <li key={item.sku} className="grid grid-cols-[4rem_1fr_auto] gap-4 py-4">
            <Picture product={pictures[item.sku]} size={64} />
            <div className="min-w-0">
              <Link
                href={`/products/${item.sku}`}
                className="rounded-sm font-medium wrap-break-word hover:underline"
              >
                {item.name}
              </Link>
              <p className="text-sm text-muted">
                {item.quantity} × <Money amount={item.unit_price} currency={currency} />
              </p>
            </div>
            <Money amount={item.line_total} currency={currency} className="font-medium" />
          </li>
        ))}
      </ul>
      <Totals total={total} currency={currency} className="mt-4">
        {refundedTotal > 0 && (
          <>
            <dt className="text-muted">Refunded</dt>
            <dd>
              <Money amount={-refundedTotal} currency={currency} />
            </dd>
          </>
        )}
      </Totals>
    </section>
  );
}
