import type { Tone } from "@/components/ui/tone";
import type { Product } from "@/lib/api/types";

/** What can be said of a product's stock, in words; `sellable` is how many can be had now. */
export interface Stock {
  tone: Tone;
  text: string;
  sellable: number;
}

type Stocked = Pick<Product, "status" | "available" | "low_stock_threshold">;

/** Counts are told when they are few: "in stock" promises no more than that there is some. */
export function stockOf({ status, available, low_stock_threshold }: Stocked): Stock {
  if (status === "DISCONTINUED") return { tone: "neutral", text: "No longer sold", sellable: 0 };
  if (available <= 0) return { tone: "danger", text: "Out of stock", sellable: 0 };
  if (available <= Math.max(low_stock_threshold, 5)) {
    return { tone: "warning", text: `${available} left`, sellable: available };
  }
  return { tone: "success", text: "In stock", sellable: available };
}
