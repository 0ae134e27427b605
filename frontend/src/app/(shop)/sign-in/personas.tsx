"use client";

import { Headset, type LucideIcon, ShoppingBag, SlidersHorizontal } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { type FormEvent, type ReactNode, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { Persona } from "@/features/session/session";
import { useSession } from "@/features/session/use-session";
import { Problem } from "@/lib/api/problem";

const NAME = /^[A-Za-z0-9-]{0,64}$/;

export function Personas({ returnTo }: { returnTo: string }) {
  const router = useRouter();
  const { signIn } = useSession();
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<Persona | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const nameError = NAME.test(name) ? null : "Use letters, digits and hyphens only, 64 at most.";

  const be = async (persona: Persona) => {
    if (persona === "shopper" && nameError) return;
    setChosen(persona);
    setProblem(null);
    try {
      await signIn({ persona, ...(persona === "shopper" && name !== "" && { name }) });
      // Checked by the server to be a path of ours.
      router.replace(returnTo as Route);
      router.refresh();
    } catch (reason) {
      setChosen(null);
      if (!(reason instanceof Problem)) throw reason;
      setProblem(reason.message);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void be("shopper");
  };

  return (
    <div className="grid gap-4">
      {problem && (
        <Alert role="alert" tone="danger" title="You could not be signed in">
          {problem}
        </Alert>
      )}
      <PersonaCard icon={ShoppingBag} title="Shopper" text="Buys products, follows orders, cancels them.">
        <form onSubmit={submit} noValidate className="flex flex-wrap items-start gap-3">
          <Field
            label="Name"
            optional
            hint="Each name has its own orders."
            error={nameError}
            className="min-w-52 flex-1"
          >
            {(wiring) => (
              <Input
                {...wiring}
                value={name}
                onChange={(event) => setName(event.target.value)}
                autoComplete="nickname"
                autoCapitalize="none"
                spellCheck={false}
                placeholder="demo"
              />
            )}
          </Field>
          <Button type="submit" pending={chosen === "shopper"} className="h-11 max-sm:w-full sm:mt-[26px]">
            Sign in as a shopper
          </Button>
        </form>
      </PersonaCard>
      <PersonaCard icon={Headset} title="Staff" text="Sees all orders.">
        <Button variant="secondary" pending={chosen === "staff"} onClick={() => void be("staff")}>
          Sign in as staff
        </Button>
      </PersonaCard>
      <PersonaCard icon={SlidersHorizontal} title="Operator" text="Watches over the services.">
        <Button variant="secondary" pending={chosen === "operator"} onClick={() => void be("operator")}>
          Sign in as an operator
        </Button>
      </PersonaCard>
    </div>
  );
}

interface PersonaCardProps {
  icon: LucideIcon;
  title: string;
  text: string;
  children: ReactNode;
}

function PersonaCard({ icon: Icon, title, text, children }: PersonaCardProps) {
  return (
    <Card className="grid gap-4 p-5">
      <div className="flex items-center gap-3.5">
        <span className="grid size-10 shrink-0 place-items-center rounded-lg bg-accent-soft text-accent">
          <Icon aria-hidden className="size-5" />
        </span>
        <div>
          <h2 className="text-[15px] leading-snug font-semibold">{title}</h2>
          <p className="text-sm text-muted">{text}</p>
        </div>
      </div>
      <div>{children}</div>
    </Card>
  );
}
