import type { ReactNode } from "react";
import { cn } from "./cn";

interface EmptyStateProps {
  /** An icon or illustration; decoration. */
  picture?: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  /** What one can do from here. */
  action?: ReactNode;
  className?: string;
}

export function EmptyState({ picture, title, children, action, className }: EmptyStateProps) {
  return (
    <div className={cn("mx-auto grid max-w-md justify-items-center gap-3 px-4 py-16 text-center", className)}>
      {picture && <div className="mb-2 text-muted">{picture}</div>}
      <h2 className="text-lg font-semibold">{title}</h2>
      {children && <div className="text-muted">{children}</div>}
      {action && <div className="mt-3 flex flex-wrap justify-center gap-3">{action}</div>}
    </div>
  );
}
