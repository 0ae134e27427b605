import { cn } from "@/components/ui/cn";

/** Three lanes that come to one end. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" fill="none" aria-hidden className={cn("size-6", className)}>
      <path
        d="M2.5 4.5H6c5.5 0 4.5 7.5 10 7.5M2.5 12H16M2.5 19.5H6c5.5 0 4.5-7.5 10-7.5"
        stroke="currentColor"
        strokeWidth="2.5"
        strokeLinecap="round"
      />
      <circle cx="18.5" cy="12" r="3.5" fill="currentColor" />
    </svg>
  );
}
