import { Skeleton } from "@/components/ui/skeleton";

export function Waiting() {
  return (
    <div role="status" className="grid gap-8 lg:grid-cols-[1fr_20rem] lg:gap-12">
      <span className="sr-only">Preparing the checkout</span>
      <Skeleton className="h-96 rounded-xl" />
      <Skeleton className="h-56 rounded-xl" />
    </div>
  );
}
