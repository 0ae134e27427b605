"use client";

import { CircleCheck, Unplug } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useState } from "react";
import { signInPath } from "@/features/session/sign-in-path";
import { useConnection } from "@/lib/live/use-live";
import type { Connection } from "@/lib/live/connection";

const LIVE_AGAIN_MS = 4_000;

/** Says when what is shown may be old, and when it is live again. Nothing while all is well. */
export function ConnectionBanner() {
  const connection = useConnection();
  const path = usePathname();
  const trouble = troubleOf(connection);
  const [wasInTrouble, setWasInTrouble] = useState(false);
  if (trouble && !wasInTrouble) setWasInTrouble(true);
  const isBack = wasInTrouble && connection.state === "live";
  useEffect(() => {
    if (!isBack) return;
    const timer = setTimeout(() => setWasInTrouble(false), LIVE_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isBack]);

  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 bottom-4 z-40 flex justify-center px-4">
      {trouble && (
        <p className="flex animate-appear items-center gap-2.5 rounded-lg border border-warning/40 bg-warning-soft px-4 py-2.5 text-sm text-warning">
          <Unplug aria-hidden className="size-4 shrink-0" />
          {trouble}
          {connection.state === "signed-out" && (
            <Link
              href={signInPath(path)}
              className="pointer-events-auto rounded-sm font-medium underline underline-offset-4"
            >
              Sign in again
            </Link>
          )}
        </p>
      )}
      {isBack && (
        <p className="flex animate-appear items-center gap-2.5 rounded-lg border border-success/40 bg-success-soft px-4 py-2.5 text-sm text-success">
          <CircleCheck aria-hidden className="size-4 shrink-0" />
          Live again. Nothing was missed.
        </p>
      )}
    </div>
  );
}

function troubleOf(connection: Connection): string | null {
  switch (connection.state) {
    case "reconnecting":
      return "Connection lost. What you see may be out of date. Reconnecting.";
    case "signed-out":
      return "Your session has ended. What you see may be out of date.";
    case "refused":
      return connection.why === "too_many_sockets"
        ? "Too many of your pages are live. Close some: this one will try again."
        : "Live updates are not available right now. Trying again.";
    default:
      return null;
  }
}
