"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { askOurServer } from "@/lib/api/browser";
import type { Persona, SessionAnswer } from "./session";

const SESSION = ["session"];

type SignIn = { persona: Persona; name?: string };

const ask = (init?: RequestInit) => askOurServer<SessionAnswer>("/api/session", init);

const signInAs = (wanted: SignIn) =>
  ask({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(wanted) });

/**
 * Who is signed in. `session` is undefined until that is known, then null when nobody is.
 * `signIn` is for personas; with OIDC one goes to `/api/sign-in?return_to=...` instead.
 * `signIn` and `signOut` reject with a Problem when the server refuses.
 */
export function useSession() {
  const queries = useQueryClient();
  const { data, isPending, error } = useQuery({ queryKey: SESSION, queryFn: () => ask(), staleTime: 60_000 });

  // What somebody else was shown does not stay on the screen of whoever comes next.
  const change = {
    onSuccess: async (answer: SessionAnswer) => {
      queries.setQueryData(SESSION, answer);
      const others = {
        predicate: ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[0] !== SESSION[0],
      };
      await queries.resetQueries(others);
    },
  };
  const signIn = useMutation({ mutationFn: signInAs, ...change });
  const signOut = useMutation({ mutationFn: () => ask({ method: "DELETE" }), ...change });

  return {
    session: data?.session,
    isPending,
    error,
    signIn: signIn.mutateAsync,
    signOut: signOut.mutateAsync,
  };
}
