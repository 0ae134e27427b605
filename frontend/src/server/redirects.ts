/** Relative places stay relative: behind a proxy our own address is not the one that browsers see. */
export function redirectTo(location: string): Response {
  return new Response(null, { status: 303, headers: { Location: location, "Cache-Control": "no-store" } });
}
