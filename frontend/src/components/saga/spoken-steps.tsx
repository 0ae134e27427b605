"use client";

import { useEffect, useRef, useState } from "react";
import type { Step } from "@/features/orders/story";

const PAUSE_MS = 1_000;

/** Tells screen readers what was added, once it pauses: not every step on its own. */
export function SpokenSteps({ steps }: { steps: readonly Step[] }) {
  const told = useRef<Set<string>>(undefined);
  const [text, setText] = useState("");
  useEffect(() => {
    told.current ??= new Set(steps.map((step) => step.id));
    const timer = setTimeout(() => {
      const added = steps.filter((step) => !told.current?.has(step.id));
      if (added.length === 0) return;
      told.current = new Set(steps.map((step) => step.id));
      setText(`${added.map((step) => step.title).join(". ")}.`);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [steps]);
  return (
    <p aria-live="polite" className="sr-only">
      {text}
    </p>
  );
}
