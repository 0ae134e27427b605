import type { Metadata } from "next";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { config } from "@/server/config";
import { returnTo } from "@/server/return-to";
import { Personas } from "./personas";

export const metadata: Metadata = { title: "Sign in" };

interface SignInProps {
  /** `failed`: the identity provider sent the visitor back without an identity. */
  searchParams: Promise<{ return_to?: string | string[]; failed?: string | string[] }>;
}

export default async function SignInPage({ searchParams }: SignInProps) {
  const { return_to, failed } = await searchParams;
  const back = returnTo(typeof return_to === "string" ? return_to : null);
  return config().signIn.kind === "personas" ? (
    <div className="mx-auto max-w-xl py-4 sm:py-8">
      <h1 className="text-2xl font-semibold sm:text-3xl">Sign in</h1>
      <p className="mt-2 mb-8 text-muted">
        This is a development shop: choose who to sign in as. There are no passwords.
      </p>
      <Personas returnTo={back} />
    </div>
  ) : (
    <div className="mx-auto grid max-w-sm justify-items-center gap-4 py-20 text-center">
      <h1 className="text-2xl font-semibold sm:text-3xl">Sign in</h1>
      {failed !== undefined && (
        <Alert role="alert" tone="danger" title="You could not be signed in" className="w-full text-left">
          Please try again.
        </Alert>
      )}
      <p className="text-muted">You sign in with your identity provider and then return to this shop.</p>
      <Button size="lg" asChild className="mt-2 w-full">
        <a href={`/api/sign-in?return_to=${encodeURIComponent(back)}`}>Continue to sign in</a>
      </Button>
    </div>
  );
}
