import { config, WrongEnvironment } from "./config";
import { watchCachedPages } from "./policy-of-cached-pages";
import { productReading } from "./products";
import { redis } from "./redis";

/** What comes before the first request. Ends the process when its environment is wrong. */
export function start(): void {
  let socketUrl: string;
  try {
    ({ socketUrl } = config());
  } catch (error) {
    if (!(error instanceof WrongEnvironment)) throw error;
    console.error(error.message);
    process.exit(1);
  }
  watchCachedPages(socketUrl);
  productReading();
  redis(); // Connects meanwhile.
}
