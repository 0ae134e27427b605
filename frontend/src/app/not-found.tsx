import type { Metadata } from "next";
import Link from "next/link";
import { Shell } from "@/components/shell/shell";
import { Button } from "@/components/ui/button";
import { Illustration } from "@/components/ui/illustration";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <Shell>
      <div className="mx-auto grid max-w-md justify-items-center gap-3 py-16 text-center">
        <Illustration name="not-found" />
        <h1 className="mt-2 text-2xl font-semibold">There is nothing at this address</h1>
        <p className="text-muted">It may have been mistyped, or what was here is gone.</p>
        <Button asChild className="mt-3">
          <Link href="/">Go to the shop</Link>
        </Button>
      </div>
    </Shell>
  );
}
