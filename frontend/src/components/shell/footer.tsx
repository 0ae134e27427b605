import Link from "next/link";

export function Footer() {
  return (
    <footer className="mt-24 border-t border-border">
      <div className="page flex flex-wrap items-center justify-between gap-x-8 gap-y-3 py-8 text-sm text-muted">
        <p>EventFlow, a shop where you can follow every order, step by step.</p>
        <nav aria-label="Footer" className="-mx-2 flex flex-wrap">
          <Link href="/" className="rounded-md px-2 py-1.5 hover:text-text">
            Shop
          </Link>
          <Link href="/cart" className="rounded-md px-2 py-1.5 hover:text-text">
            Cart
          </Link>
          <Link href="/account/orders" className="rounded-md px-2 py-1.5 hover:text-text">
            Your orders
          </Link>
        </nav>
      </div>
    </footer>
  );
}
