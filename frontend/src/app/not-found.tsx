import type { Metadata } from "next";
import { NotFoundMessage } from "@/components/shell/not-found-message";
import { Shell } from "@/components/shell/shell";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <Shell>
      <NotFoundMessage
        title="Page not found"
        text="The address may be mistyped, or the page no longer exists."
        href="/"
        link="Go to the shop"
      />
    </Shell>
  );
}
