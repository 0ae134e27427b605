const HERE = "http://here.invalid";
// It is kept while somebody signs in, whoever that is.
const LONGEST = 1_000;

/** The path to go back to after signing in: one of our own, or the front page. */
export function returnTo(wanted: string | null): string {
  // Browsers read a backslash as a slash and drop control characters, so that `/\other.example` leads elsewhere.
  if (wanted === null || !/^\/(?![/\\])[\x21-\x7e]*$/.test(wanted) || wanted.includes("\\")) return "/";
  if (wanted.length > LONGEST || !URL.canParse(wanted, HERE)) return "/";
  const { origin, pathname, search, hash } = new URL(wanted, HERE);
  // Dots may be folded into a path that begins with two slashes.
  return origin === HERE && !pathname.startsWith("//") ? pathname + search + hash : "/";
}
