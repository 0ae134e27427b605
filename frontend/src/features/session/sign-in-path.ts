/** Where one signs in and comes back from to `path` (with its query). */
export function signInPath(path: string): `/sign-in?return_to=${string}` {
  return `/sign-in?return_to=${encodeURIComponent(path)}`;
}
