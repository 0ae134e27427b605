import Link from "next/link";
import { AccountMenu } from "./account-menu";
import { CartLink } from "./cart-link";
import { Logo } from "./logo";
import { Preferences } from "./preferences";
import { Search } from "./search";

/** Who is signed in and what is in the cart are client islands: the pages around stay the same for everybody. */
export function Header() {
  return (
    <header className="sticky top-0 z-40 border-b border-border bg-background/95 backdrop-blur-sm max-sm:static">
      <div className="page flex flex-wrap items-center gap-x-4 gap-y-3 py-3">
        <Link
          href="/"
          className="mr-auto flex items-center gap-2.5 rounded-md py-1 text-[17px] font-semibold tracking-tight"
        >
          <Logo className="size-6 text-accent" />
          EventFlow
        </Link>
        <Search className="order-last w-full sm:order-none sm:w-72 lg:w-96" />
        <div className="flex items-center gap-0.5 sm:ml-4">
          <Preferences />
          <AccountMenu />
          <CartLink />
        </div>
      </div>
    </header>
  );
}
