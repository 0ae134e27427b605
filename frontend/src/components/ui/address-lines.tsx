import type { Address, AddressInput } from "@/lib/api/types";
import { countryName } from "@/lib/format/country";

/** A postal address as one writes it, and the e-mail address that was given with it. */
export function AddressLines({ address }: { address: Address | AddressInput }) {
  const { name, line1, line2, postal_code, city, region, country, email } = address;
  const place = [postal_code, city, region].filter(Boolean).join(" ");
  const lines = [line1, line2, place, country && countryName(country)];
  return (
    <address className="grid wrap-break-word not-italic">
      <span className="font-medium">{name}</span>
      {lines.filter(Boolean).map((line) => (
        <span key={line}>{line}</span>
      ))}
      {email && <span className="mt-1 text-muted">{email}</span>}
    </address>
  );
}
