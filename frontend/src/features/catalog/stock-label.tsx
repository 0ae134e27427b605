import { cn } from "@/components/ui/cn";
import { toneIcons, toneInks } from "@/components/ui/tone";
import type { Product } from "@/lib/api/types";
import { stockOf } from "./stock";

interface StockLabelProps {
  /** Undefined while it is not known: nothing is claimed then, and its place is kept. */
  product: Product | undefined;
  className?: string;
}

export function StockLabel({ product, className }: StockLabelProps) {
  if (!product) return <span className={cn("block h-5", className)} />;
  const { tone, text } = stockOf(product);
  const Icon = toneIcons[tone];
  return (
    <span
      className={cn(
        "flex h-5 items-center gap-1.5 text-[13px] font-medium",
        toneInks[tone],
        "animate-appear",
        className,
      )}
    >
      <Icon aria-hidden className="size-3.5 shrink-0" />
      {text}
    </span>
  );
}
