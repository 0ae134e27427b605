import type { AddressInput } from "@/lib/api/types";

/** What the form holds: every field a string, empty ones too. */
export type AddressForm = Record<keyof AddressInput, string>;

export const BLANK_ADDRESS: AddressForm = {
  name: "",
  line1: "",
  line2: "",
  city: "",
  region: "",
  postal_code: "",
  country: "",
  email: "",
};

// The API takes no control characters in any text.
const PRINTABLE = /^\P{Cc}*$/u;

/** As the order service checks it (AddressInput in docs/openapi/order.json). */
const RULES: Record<
  keyof AddressForm,
  { longest: number; missing?: string; form?: RegExp; malformed?: string }
> = {
  name: { longest: 200, missing: "Enter the recipient's name." },
  line1: { longest: 200, missing: "Enter the street and number." },
  line2: { longest: 200 },
  city: { longest: 200, missing: "Enter the town or city." },
  region: { longest: 200 },
  postal_code: { longest: 20, missing: "Enter the postal code." },
  country: {
    longest: 2,
    missing: "Choose the country.",
    form: /^[A-Z]{2}$/,
    malformed: "Choose the country.",
  },
  email: {
    longest: 254,
    form: /^[^@\s]+@[^@\s]+$/,
    malformed: "Enter an email address like name@example.com.",
  },
};
const FIELDS = Object.keys(BLANK_ADDRESS) as (keyof AddressForm)[];

function errorIn(field: keyof AddressForm, value: string): string | undefined {
  const { longest, missing, form, malformed } = RULES[field];
  if (value === "") return missing;
  if (form && !form.test(value)) return malformed;
  if (value.length > longest) return `At most ${longest} characters.`;
  return PRINTABLE.test(value) ? undefined : "Remove the character that cannot be printed.";
}

export type AddressErrors = Partial<Record<keyof AddressForm, string>>;

/** The address as the API takes it, or what is wrong with each field. */
export function checked(form: AddressForm): { address: AddressInput } | { errors: AddressErrors } {
  const errors: AddressErrors = {};
  const trimmed = { ...form };
  for (const field of FIELDS) {
    trimmed[field] = form[field].trim();
    const error = errorIn(field, trimmed[field]);
    if (error) errors[field] = error;
  }
  if (Object.keys(errors).length > 0) return { errors };
  const { line2, region, email, ...rest } = trimmed;
  return {
    address: { ...rest, ...(line2 && { line2 }), ...(region && { region }), ...(email && { email }) },
  };
}
