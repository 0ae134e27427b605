"use client";

import { type FormEvent, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { RadioCards } from "@/components/ui/radio-cards";
import { changeDraft } from "./draft-store";
import { TEST_PAYMENT_METHODS } from "./test-payment-methods";

interface PaymentStepProps {
  method: string | null;
  onDone: () => void;
}

export function PaymentStep({ method, onDone }: PaymentStepProps) {
  const [missed, setMissed] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (method === null) return setMissed(true);
    onDone();
  };
  return (
    <form onSubmit={submit} noValidate className="grid max-w-2xl gap-5">
      <p className="text-muted">
        These are test methods: no money moves. Each leads to a different outcome, so you can see them all.
      </p>
      {missed && method === null && (
        <Alert role="alert" tone="danger">
          Choose how to pay.
        </Alert>
      )}
      <RadioCards
        legend="How to pay"
        name="payment_method"
        choices={TEST_PAYMENT_METHODS}
        value={TEST_PAYMENT_METHODS.find(({ value }) => value === method)?.value ?? null}
        onValueChange={(value) => changeDraft({ method: value })}
        className="sm:grid-cols-2"
      />
      <Button type="submit" size="lg" className="sm:justify-self-start">
        Continue to review
      </Button>
    </form>
  );
}
