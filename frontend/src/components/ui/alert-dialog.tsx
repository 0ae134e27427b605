"use client";

import { AlertDialog as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "./cn";
import { overlayClasses, panelClasses } from "./dialog";

/** A question that must be answered: a press beside it does not close it. */
export const AlertDialog = Radix.Root;
export const AlertDialogTrigger = Radix.Trigger;
/** Both take `asChild` with a Button; the cancelling one has the focus first. */
export const AlertDialogCancel = Radix.Cancel;
export const AlertDialogAction = Radix.Action;

export function AlertDialogContent({ className, ...rest }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Overlay className={overlayClasses} />
      <Radix.Content className={cn(panelClasses, "max-w-md", className)} {...rest} />
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
