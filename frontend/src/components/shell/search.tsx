"use client";

import { Search as Glass } from "lucide-react";
import Form from "next/form";
import { usePathname } from "next/navigation";
import { useQueryState } from "nuqs";
import { type ComponentProps, Suspense, useState } from "react";
import { cn } from "@/components/ui/cn";
import { searchParser } from "@/features/catalog/search-parser";

function Box(props: ComponentProps<"input">) {
  return (
    <input
      type="search"
      name="q"
      aria-label="Search the shop"
      placeholder="Search the shop"
      autoComplete="off"
      maxLength={100}
      className="h-10 w-full rounded-lg border border-control/50 bg-surface pr-3 pl-9 text-sm transition-colors placeholder:text-muted hover:border-control"
      {...props}
    />
  );
}

/** In the shop the list follows each letter; elsewhere Enter goes there. */
function Instant() {
  const inShop = usePathname() === "/";
  const [q, setQ] = useQueryState("q", searchParser);
  const [draft, setDraft] = useState("");
  return (
    <Box
      value={inShop ? q : draft}
      onChange={({ target }) => {
        if (inShop) void setQ(target.value || null);
        else setDraft(target.value);
      }}
      onKeyDown={(event) => {
        if (inShop && event.key === "Enter") event.preventDefault();
      }}
    />
  );
}

export function Search({ className }: { className?: string }) {
  return (
    <Form action="/" role="search" className={cn("relative", className)}>
      <Glass
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted"
      />
      <Suspense fallback={<Box />}>
        <Instant />
      </Suspense>
    </Form>
  );
}
