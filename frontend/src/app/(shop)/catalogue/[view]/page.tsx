import { notFound } from "next/navigation";
import { Catalogue } from "@/features/catalog/catalogue";
import { activeListings } from "@/features/catalog/read-on-server";

// Kept for everybody and made anew at most once a second.
export const revalidate = 1;

/**
 * `/` is shown by this page (see `rewrites` in next.config.ts). A page without parameters is made at build,
 * when no service runs, and would be kept empty; one with parameters is made at the first request.
 */
export function generateStaticParams(): { view: string }[] {
  return [];
}

export default async function CataloguePage({ params }: { params: Promise<{ view: string }> }) {
  if ((await params).view !== "all") notFound();
  const listings = await activeListings();
  return (
    <>
      <h1 className="text-2xl font-semibold sm:text-3xl">Everything in the shop</h1>
      <p className="mt-2 mb-6 max-w-prose text-muted">
        Stock and prices are live, and every order can be followed from the first step to the last.
      </p>
      <Catalogue listings={listings} />
    </>
  );
}
