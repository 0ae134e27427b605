import type { Metadata } from "next";
import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { notFound } from "next/navigation";
import { cache } from "react";
import { BuyBox } from "@/features/catalog/buy-box";
import { oneListing } from "@/features/catalog/read-on-server";
import { Picture } from "@/features/catalog/picture";

type Params = { params: Promise<{ sku: string }> };

// Kept for everybody and made anew at most once a second.
export const revalidate = 1;

/** Each is made when it is first asked for: no service runs during the build. */
export function generateStaticParams(): { sku: string }[] {
  return [];
}

const listing = cache(oneListing);

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  const found = await listing((await params).sku);
  return found ? { title: found.name, description: found.description } : { title: "Not found" };
}

export default async function ProductPage({ params }: Params) {
  const found = await listing((await params).sku);
  if (!found) notFound();
  return (
    <>
      <nav aria-label="Breadcrumb" className="mb-6 text-sm text-muted">
        <ol className="flex flex-wrap items-center gap-1.5">
          <li>
            <Link href="/" className="rounded-sm hover:text-text">
              Shop
            </Link>
          </li>
          <ChevronRight aria-hidden className="size-3.5" />
          <li>
            <Link
              href={`/?category=${encodeURIComponent(found.category)}`}
              className="rounded-sm hover:text-text"
            >
              {found.category}
            </Link>
          </li>
        </ol>
      </nav>
      <div className="grid gap-8 md:grid-cols-2 lg:gap-16">
        <Picture product={found} size={560} eager className="rounded-xl" />
        <div className="grid content-start gap-6 md:pt-6">
          <div className="grid gap-3">
            <h1 className="text-2xl font-semibold wrap-break-word sm:text-3xl">{found.name}</h1>
            <p className="max-w-prose text-[17px] text-muted">{found.description}</p>
          </div>
          <BuyBox listing={found} />
          <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 border-t border-border pt-5 text-sm">
            <dt className="text-muted">Item number</dt>
            <dd className="font-mono text-[13px] leading-6">{found.sku}</dd>
            <dt className="text-muted">Category</dt>
            <dd>{found.category}</dd>
          </dl>
        </div>
      </div>
    </>
  );
}
