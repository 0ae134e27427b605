"use client";

import { useQueryStates } from "nuqs";
import { type MouseEvent, useEffect } from "react";
import { cn } from "@/components/ui/cn";
import type { Filter } from "./listing";
import { categoryParser, searchParser } from "./search-parser";

interface CategoryNavProps {
  categories: readonly { name: string; count: number }[];
  total: number;
  chosen: string | null;
  /** What is searched for stays when another category is chosen. */
  q?: string;
  onChoose?: (category: string | null) => void;
}

function address(category: string | null, q: string): string {
  const query = new URLSearchParams({ ...(q && { q }), ...(category !== null && { category }) }).toString();
  return query === "" ? "/" : `/?${query}`;
}

/** Plain links, so that a category opens in a new tab; a simple press filters at once. */
export function CategoryNav({ categories, total, chosen, q = "", onChoose }: CategoryNavProps) {
  const press = (event: MouseEvent, category: string | null) => {
    if (!onChoose || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onChoose(category);
  };
  const entries = [
    { category: null, name: "All", count: total },
    ...categories.map(({ name, count }) => ({ category: name, name, count })),
  ];
  return (
    <nav aria-label="Categories" className="-mx-4 overflow-x-auto px-4 py-1 sm:mx-0 sm:px-0">
      <ul className="flex gap-2">
        {entries.map(({ category, name, count }) => (
          <li key={name}>
            <a
              href={address(category, q)}
              aria-current={category === chosen ? "true" : undefined}
              onClick={(event) => press(event, category)}
              className={cn(
                "flex h-9 items-center gap-1.5 rounded-full border px-3.5 text-sm font-medium whitespace-nowrap transition-colors",
                category === chosen
                  ? "border-accent bg-accent text-on-accent"
                  : "border-border bg-surface hover:border-control",
              )}
            >
              {name}
              <span className={cn("tabular-nums", category === chosen ? "" : "font-normal text-muted")}>
                {count}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

interface FromUrlProps extends Pick<CategoryNavProps, "categories" | "total"> {
  onFilter: (filter: Filter) => void;
}

/** Chooses by the address, and tells the list what the address asks for. */
export function CategoryNavFromUrl({ categories, total, onFilter }: FromUrlProps) {
  const [{ q, category }, setQuery] = useQueryStates({ q: searchParser, category: categoryParser });
  useEffect(() => onFilter({ q, category }), [q, category, onFilter]);
  return (
    <CategoryNav
      categories={categories}
      total={total}
      chosen={category}
      q={q}
      onChoose={(next) => void setQuery({ category: next }, { history: "push" })}
    />
  );
}
