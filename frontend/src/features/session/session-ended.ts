import { Problem } from "@/lib/api/problem";

const UNAUTHENTICATED = 401;

/** Whether asking again is in vain before one has signed in. */
export function hasSessionEnded(error: Error | null): boolean {
  return error instanceof Problem && error.status === UNAUTHENTICATED;
}
