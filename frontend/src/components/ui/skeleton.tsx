import type { ComponentProps } from "react";
import { cn } from "./cn";

/** Stands where content of this size will be; screen readers are told by the region around it. */
export function Skeleton({ className, ...rest }: ComponentProps<"div">) {
  return <div aria-hidden className={cn("animate-pulse rounded-md bg-sunken", className)} {...rest} />;
}
