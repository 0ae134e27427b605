import * as z from "zod/mini";
import type { AddressInput } from "@/lib/api/types";

/** What the form holds: every field a string, empty ones too. */
export type AddressForm = Record<keyof AddressInput, string>;

export const BLANK: AddressForm = {
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
const text = (longest: number) =>
  z
    .string()
    .check(
      z.trim(),
      z.maxLength(longest, `At most ${longest} characters.`),
      z.regex(/^\P{Cc}*$/u, "There is a character in it that cannot be printed."),
    );
const needed = (what: string, longest: number) => text(longest).check(z.minLength(1, `Enter ${what}.`));

/** As the order service checks it (AddressInput in docs/openapi/order.json). */
const addressSchema = z.object({
  name: needed("the name of whoever receives it", 200),
  line1: needed("street and number", 200),
  line2: text(200),
  city: needed("the town or city", 200),
  region: text(200),
  postal_code: needed("the postal code", 20),
  country: z.string().check(z.regex(/^[A-Z]{2}$/, "Choose the country.")),
  email: text(254).check(z.regex(/^([^@\s]+@[^@\s]+)?$/, "Enter an e-mail address like name@example.com.")),
});

export type AddressErrors = Partial<Record<keyof AddressForm, string>>;

/** The address as the API takes it, or what is wrong with each field. */
export function checked(form: AddressForm): { address: AddressInput } | { errors: AddressErrors } {
  const result = addressSchema.safeParse(form);
  if (!result.success) {
    const errors: AddressErrors = {};
    for (const { path, message } of result.error.issues) {
      const field = path[0] as keyof AddressForm;
      errors[field] ??= message;
    }
    return { errors };
  }
  const { line2, region, email, ...rest } = result.data;
  return {
    address: { ...rest, ...(line2 && { line2 }), ...(region && { region }), ...(email && { email }) },
  };
}
