"use client";

import { type FormEvent, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { type AddressForm, checked } from "./address";
import { COUNTRIES } from "./countries";
import { changeDraft } from "./draft-store";

interface TextField {
  name: Exclude<keyof AddressForm, "country">;
  label: string;
  autoComplete: string;
  optional?: boolean;
  hint?: string;
  type?: "email";
  className?: string;
}

const BEFORE_COUNTRY: TextField[] = [
  { name: "name", label: "Full name", autoComplete: "shipping name" },
  { name: "line1", label: "Street and number", autoComplete: "shipping address-line1" },
  { name: "line2", label: "Apartment or company", autoComplete: "shipping address-line2", optional: true },
  {
    name: "postal_code",
    label: "Postal code",
    autoComplete: "shipping postal-code",
    className: "sm:col-span-1",
  },
  {
    name: "city",
    label: "Town or city",
    autoComplete: "shipping address-level2",
    className: "sm:col-span-2",
  },
  { name: "region", label: "State or region", autoComplete: "shipping address-level1", optional: true },
];
const EMAIL: TextField = {
  name: "email",
  label: "Email",
  autoComplete: "email",
  type: "email",
  optional: true,
  hint: "Kept with the order, never published.",
};

interface AddressStepProps {
  form: AddressForm;
  onDone: () => void;
}

export function AddressStep({ form, onDone }: AddressStepProps) {
  const [sent, setSent] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  const result = checked(form);
  const errors = sent && "errors" in result ? result.errors : {};

  const change = (name: keyof AddressForm, value: string) =>
    changeDraft({ address: { ...form, [name]: value } });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if ("address" in result) return onDone();
    setSent(true);
    // In the order of the form, not in that of the check.
    const first = [...(element.current?.elements ?? [])].find(
      (control) => (control.getAttribute("name") ?? "") in result.errors,
    );
    if (first instanceof HTMLElement) first.focus();
  };
  const field = ({ name, label, autoComplete, optional = false, hint, type, className }: TextField) => (
    <Field
      key={name}
      label={label}
      optional={optional}
      hint={hint}
      error={errors[name]}
      className={className ?? "sm:col-span-3"}
    >
      {(wiring) => (
        <Input
          {...wiring}
          name={name}
          type={type ?? "text"}
          autoComplete={autoComplete}
          required={!optional}
          value={form[name]}
          onChange={(event) => change(name, event.target.value)}
        />
      )}
    </Field>
  );

  return (
    <form ref={element} onSubmit={submit} noValidate className="grid max-w-xl gap-x-4 gap-y-5 sm:grid-cols-3">
      {BEFORE_COUNTRY.map(field)}
      <Field label="Country" error={errors.country} className="sm:col-span-3">
        {(wiring) => (
          <Select
            {...wiring}
            name="country"
            autoComplete="shipping country"
            required
            value={form.country}
            onChange={(event) => change("country", event.target.value)}
          >
            <option value="">Choose a country</option>
            {COUNTRIES.map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {field(EMAIL)}
      <Button type="submit" size="lg" className="mt-2 sm:col-span-3 sm:justify-self-start">
        Continue to payment
      </Button>
    </form>
  );
}
