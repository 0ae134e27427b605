"use client";

import { useSyncExternalStore } from "react";
import { formatRelative, formatTime } from "@/lib/format/time";

const EVERY_MS = 10_000;

function watchTheClock(tick: () => void): () => void {
  const timer = setInterval(tick, EVERY_MS);
  return () => clearInterval(timer);
}

// The same value between two ticks, as React asks for.
const roundedNow = (): number => Math.floor(Date.now() / EVERY_MS) * EVERY_MS;

/** How long ago, with the exact time on hover; the exact time until the browser has taken over from the server. */
export function TimeAgo({ time, className }: { time: string; className?: string }) {
  const now = useSyncExternalStore<number | null>(watchTheClock, roundedNow, () => null);
  const exact = formatTime(time);
  return (
    <time dateTime={time} title={exact} className={className}>
      {now === null ? exact : formatRelative(time, now)}
    </time>
  );
}
