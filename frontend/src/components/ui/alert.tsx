import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";
import { type Tone, toneIcons } from "./tone";

const grounds: Record<Tone, string> = {
  neutral: "border-border bg-sunken [&>svg]:text-muted",
  success: "border-success/30 bg-success-soft [&>svg]:text-success",
  warning: "border-warning/30 bg-warning-soft [&>svg]:text-warning",
  danger: "border-danger/30 bg-danger-soft [&>svg]:text-danger",
  info: "border-info/30 bg-info-soft [&>svg]:text-info",
};

type AlertProps = Omit<ComponentProps<"div">, "title"> & { tone?: Tone; title?: ReactNode };

/** Give `role="alert"` when it appears after something the reader did, none when it was there from the start. */
export function Alert({ tone = "info", title, className, children, ...rest }: AlertProps) {
  const Icon = toneIcons[tone];
  return (
    <div className={cn("flex gap-3 rounded-lg border p-4 text-sm", grounds[tone], className)} {...rest}>
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="grid min-w-0 flex-1 gap-1">
        {title && <p className="font-medium">{title}</p>}
        {children && <div className="grid gap-2 text-text/90">{children}</div>}
      </div>
    </div>
  );
}
