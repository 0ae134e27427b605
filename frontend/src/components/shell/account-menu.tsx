"use client";

import { LogOut, Package, UserRound } from "lucide-react";
import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import { toast } from "sonner";
import { Button, buttonVariants } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { signInPath } from "@/features/session/sign-in-path";
import { useSession } from "@/features/session/use-session";

/** Keeps its place until it is known who is signed in. */
export function AccountMenu() {
  const { session, error, signOut } = useSession();
  const path = usePathname();
  const router = useRouter();

  if (session === undefined && !error) return <span className="size-10" />;
  if (!session) {
    const here = path === "/sign-in" ? "/" : path;
    return (
      <Link href={signInPath(here)} className={cn(buttonVariants({ variant: "ghost" }), "px-2.5 sm:px-4")}>
        Sign in
      </Link>
    );
  }

  const leave = () =>
    signOut().then(
      () => router.push("/"),
      () => toast.error("You could not be signed out. Please try again."),
    );
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label={`Account of ${session.name}`}>
          <UserRound aria-hidden className="size-5" />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent>
        <DropdownMenuLabel>
          Signed in as <span className="block truncate font-medium text-text">{session.name}</span>
        </DropdownMenuLabel>
        <DropdownMenuSeparator />
        <DropdownMenuItem asChild>
          <Link href="/account/orders">
            <Package aria-hidden />
            Your orders
          </Link>
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={() => void leave()}>
          <LogOut aria-hidden />
          Sign out
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
