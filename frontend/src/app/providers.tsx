"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ThemeProvider, useTheme } from "next-themes";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { useState, type ReactNode } from "react";
import { Toaster } from "sonner";
import { Problem } from "@/lib/api/problem";

const RETRIES = 2;

// public/theme.js does what next-themes' inline script would do: this keeps browsers from running that one.
const NOT_RUN = { type: "text/plain" };

/** Asking again helps when no answer came or the server is in trouble, not when it refused. */
function worthRetrying(failures: number, error: Error): boolean {
  const refused = error instanceof Problem && error.status >= 400 && error.status < 500;
  return failures < RETRIES && !refused;
}

function Toasts() {
  const { resolvedTheme } = useTheme();
  return <Toaster theme={resolvedTheme === "dark" ? "dark" : "light"} position="bottom-right" />;
}

export function Providers({ children }: { children: ReactNode }) {
  const [queries] = useState(
    () => new QueryClient({ defaultOptions: { queries: { retry: worthRetrying, staleTime: 5_000 } } }),
  );
  return (
    <QueryClientProvider client={queries}>
      <ThemeProvider attribute="class" defaultTheme="system" scriptProps={NOT_RUN} disableTransitionOnChange>
        <NuqsAdapter>{children}</NuqsAdapter>
        <Toasts />
      </ThemeProvider>
    </QueryClientProvider>
  );
}
