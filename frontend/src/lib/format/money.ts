/** The formats of the interface are American English, whatever the browser's language is, as its texts are. */
export const LOCALE = "en-US";

const formats = new Map<string, { format: Intl.NumberFormat; scale: number }>();

function formatOf(currency: string): { format: Intl.NumberFormat; scale: number } {
  const known = formats.get(currency);
  if (known) return known;
  const format = new Intl.NumberFormat(LOCALE, { style: "currency", currency });
  const made = { format, scale: 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0) };
  formats.set(currency, made);
  return made;
}

/** `4498, "USD"` as "$44.98": minor units, of which a currency may have none or a thousand to one. */
export function formatMoney(minorUnits: number, currency: string): string {
  const { format, scale } = formatOf(currency);
  return format.format(minorUnits / scale);
}
