import type { Product } from "@/lib/api/types";
import { cn } from "@/components/ui/cn";

const DRAWN = new Set(["kitchen", "home", "books", "outdoor", "audio", "toys"]);

/** The product's own picture when it is one of ours (nothing is loaded from elsewhere), or its category's. */
export function pictureOf({ image, category }: Pick<Product, "image" | "category">): string {
  if (/^\/images\/[\w./-]+$/.test(image) && !image.includes("..")) return image;
  const named = category.toLowerCase();
  return DRAWN.has(named) ? `/images/products/any-${named}.svg` : "/images/products/any.svg";
}

const UNKNOWN = { image: "", category: "" };

interface PictureProps {
  /** Undefined when it is not known: the picture of any product stands in. */
  product: Pick<Product, "image" | "category"> | undefined;
  /** Its width and height on the page, before CSS, in pixels. */
  size: number;
  eager?: boolean;
  className?: string;
}

/** Decoration: the product's name always stands beside it. */
export function Picture({ product, size, eager = false, className }: PictureProps) {
  return (
    // The pictures are small vector files: there is nothing for next/image to make smaller.
    // eslint-disable-next-line @next/next/no-img-element
    <img
      src={pictureOf(product ?? UNKNOWN)}
      alt=""
      width={size}
      height={size}
      loading={eager ? "eager" : "lazy"}
      decoding="async"
      className={cn(
        "aspect-square h-auto w-full rounded-lg bg-sunken object-cover dark:brightness-90",
        className,
      )}
    />
  );
}
