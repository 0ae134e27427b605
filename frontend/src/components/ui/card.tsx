import type { ComponentProps } from "react";
import { cn } from "./cn";

/** A framed surface. */
export function Card({ className, ...rest }: ComponentProps<"div">) {
  return <div className={cn("rounded-xl border border-border bg-surface", className)} {...rest} />;
}
