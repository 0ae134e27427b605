import type { ComponentProps } from "react";
import { cn } from "./cn";

export const controlClasses =
  "h-11 w-full rounded-lg border border-control bg-surface px-3 text-[15px] text-text transition-colors placeholder:text-muted hover:border-text/60 disabled:cursor-not-allowed disabled:opacity-50 aria-invalid:border-danger";

export function Input({ className, type = "text", ...rest }: ComponentProps<"input">) {
  return <input type={type} className={cn(controlClasses, className)} {...rest} />;
}
