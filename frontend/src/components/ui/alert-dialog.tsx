"use client";

import { AlertDialog as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "./cn";

/** A question that must be answered: a press beside it does not close it. */
export const AlertDialog = Radix.Root;
export const AlertDialogTrigger = Radix.Trigger;
/** Takes `asChild` with a Button; it has the focus first. */
export const AlertDialogCancel = Radix.Cancel;

export function AlertDialogContent({ className, ...rest }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Overlay className="fixed inset-0 z-50 bg-overlay data-[state=open]:animate-appear" />
      <Radix.Content
        className={cn(
          "fixed top-1/2 left-1/2 z-50 grid max-h-[85dvh] w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 -translate-y-1/2 gap-4 overflow-y-auto rounded-xl border border-border bg-surface p-6 data-[state=open]:animate-appear",
          className,
        )}
        {...rest}
      />
    </Radix.Portal>
  );
}

export function AlertDialogTitle({ className, ...rest }: ComponentProps<typeof Radix.Title>) {
  return <Radix.Title className={cn("text-lg font-semibold", className)} {...rest} />;
}

export function AlertDialogDescription({ className, ...rest }: ComponentProps<typeof Radix.Description>) {
  return <Radix.Description className={cn("text-sm text-muted", className)} {...rest} />;
}

export function AlertDialogFooter({ className, ...rest }: ComponentProps<"div">) {
  return <div className={cn("mt-2 flex flex-wrap justify-end gap-3", className)} {...rest} />;
}
