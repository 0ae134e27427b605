import { LOCALE } from "./money";

const names = new Intl.DisplayNames(LOCALE, { type: "region" });

/** "DE" as "Germany": the name of a country of ISO 3166-1 alpha-2. */
export function countryName(code: string): string {
  return names.of(code) ?? code;
}
