import type { ReactNode } from "react";
import { Footer } from "./footer";
import { Header } from "./header";
import { SkipLink } from "./skip-link";

export function Shell({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <Header />
      <main id="content" tabIndex={-1} className="page flex-1 pt-8 outline-none sm:pt-10">
        {children}
      </main>
      <Footer />
    </div>
  );
}
