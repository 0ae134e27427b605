import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { cn } from "./cn";
import { type Tone, toneIcons } from "./tone";

const grounds: Record<Tone, string> = {
  neutral: "bg-sunken text-text",
  success: "bg-success-soft text-success",
  warning: "bg-warning-soft text-warning",
  danger: "bg-danger-soft text-danger",
  info: "bg-info-soft text-info",
};

type BadgeProps = ComponentProps<"span"> & { tone?: Tone; icon?: LucideIcon };

export function Badge({ tone = "neutral", icon, className, children, ...rest }: BadgeProps) {
  const Icon = icon ?? toneIcons[tone];
  return (
    <span
      className={cn(
        "inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-[13px] font-medium whitespace-nowrap",
        grounds[tone],
        className,
      )}
      {...rest}
    >
      <Icon aria-hidden className="size-3.5 shrink-0" />
      {children}
    </span>
  );
}
