import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Illustration } from "@/components/ui/illustration";

interface NotFoundMessageProps {
  title: string;
  text: string;
  /** Where to go from here. */
  href: "/" | "/account/orders";
  link: string;
}

/** What a page says when there is nothing at its address. */
export function NotFoundMessage({ title, text, href, link }: NotFoundMessageProps) {
  return (
    <div className="mx-auto grid max-w-md justify-items-center gap-3 py-16 text-center">
      <Illustration name="not-found" />
      <h1 className="mt-2 text-2xl font-semibold">{title}</h1>
      <p className="text-muted">{text}</p>
      <Button asChild className="mt-3">
        <Link href={href}>{link}</Link>
      </Button>
    </div>
  );
}
