"use client";

import { useEffect } from "react";
import { Button } from "@/components/ui/button";

interface ErrorPageProps {
  error: Error & { digest?: string };
  retry: () => void;
}

export default function ShopError({ error, retry }: ErrorPageProps) {
  useEffect(() => console.error(error), [error]);
  return (
    <div role="alert" className="mx-auto grid max-w-md justify-items-center gap-3 py-24 text-center">
      <h1 className="text-2xl font-semibold">This page could not be loaded</h1>
      <p className="text-muted">
        Part of the shop is not responding. Your cart and your orders are safe. Please try again.
      </p>
      <Button className="mt-3" onClick={retry}>
        Try again
      </Button>
      {error.digest && <p className="mt-4 font-mono text-xs text-muted">Reference {error.digest}</p>}
    </div>
  );
}
