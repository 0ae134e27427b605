"use client";

import { cn } from "@/components/ui/cn";
import type { Connection } from "@/lib/live/connection";
import { useConnection } from "@/lib/live/use-live";

const MARKS: Record<Connection["state"], { text: string; dot: string }> = {
  idle: { text: "Connecting", dot: "bg-control" },
  connecting: { text: "Connecting", dot: "bg-control" },
  live: { text: "Live", dot: "bg-success" },
  reconnecting: { text: "Reconnecting", dot: "bg-warning" },
  "signed-out": { text: "Not live: signed out", dot: "bg-control" },
  refused: { text: "Not live", dot: "bg-warning" },
};

/** Whether what is shown follows what happens. */
export function LiveMark() {
  const { text, dot } = MARKS[useConnection().state];
  return (
    <p className="flex items-center gap-2 text-[13px] text-muted">
      <span aria-hidden className={cn("size-2 rounded-full", dot)} />
      {text}
    </p>
  );
}
