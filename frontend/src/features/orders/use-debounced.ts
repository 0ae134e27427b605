"use client";

import { useEffect, useRef } from "react";

/** Runs once when it has been asked for and then not asked for again for so long. */
export function useDebounced(milliseconds: number, run: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(run, milliseconds);
  };
}
