/** The storage of sessions does not answer. */
export class StorageAway extends Error {
  override readonly name = "StorageAway";
}

/** The issuer gives no token now. */
export class IssuerAway extends Error {
  override readonly name = "IssuerAway";
}

/** A service does not answer, or cannot. */
export class ServiceAway extends Error {
  override readonly name = "ServiceAway";
}

export function isServiceAway(error: unknown): error is Error {
  return error instanceof Error && error.name === "ServiceAway";
}

/** Whether it is one of the first two. By name: each of Next's bundles has a class of its own, and some objects are shared. */
export function isAway(error: unknown): error is Error {
  return error instanceof Error && (error.name === "StorageAway" || error.name === "IssuerAway");
}
