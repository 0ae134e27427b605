"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { signInPath } from "@/features/session/sign-in-path";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { hasSessionEnded } from "@/features/session/session-ended";

interface LoadErrorProps {
  title: string;
  text: string;
  error: Error;
  onRetry: () => void;
}

/** That something could not be read, and what to do about it. */
export function LoadError({ title, text, error, onRetry }: LoadErrorProps) {
  const path = usePathname();
  if (hasSessionEnded(error)) {
    return (
      <Alert role="alert" tone="warning" title="Your session has ended">
        <p>What you see may be out of date.</p>
        <Button variant="link" className="justify-self-start" asChild>
          <Link href={signInPath(path)}>Sign in again</Link>
        </Button>
      </Alert>
    );
  }
  return (
    <Alert role="alert" tone="warning" title={title}>
      <p>{text}</p>
      <Button variant="link" className="justify-self-start" onClick={onRetry}>
        Try again
      </Button>
    </Alert>
  );
}
