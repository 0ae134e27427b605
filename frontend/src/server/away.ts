/** The storage of sessions does not answer. */
export class StorageAway extends Error {
  override readonly name = "StorageAway";
}

/** The issuer gives no token now. */
export class IssuerAway extends Error {
  override readonly name = "IssuerAway";
}

/** Whether it is one of those two. By name: each of Next's bundles has a class of its own, and some objects are shared. */
export function isAway(error: unknown): error is Error {
  return error instanceof Error && (error.name === "StorageAway" || error.name === "IssuerAway");
}
