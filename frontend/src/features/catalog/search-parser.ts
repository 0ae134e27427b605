import { parseAsString } from "nuqs";

/** `?q=` and `?category=`: what is asked of the catalogue, so that it can be kept and sent on. */
export const searchParser = parseAsString.withDefault("");
export const categoryParser = parseAsString;
