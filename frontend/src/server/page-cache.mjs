import { createHash } from "node:crypto";

/** The header in which a cached page carries its inline scripts' hashes to `policy-of-cached-pages.ts`. */
export const INLINE_SCRIPTS = "x-inline-scripts";

const MOST_ENTRIES = 500;

/** @type {Map<string, { value: any, tags: string[], lastModified: number }>} */
const entries = new Map();

/** Next's cache of rendered pages, in this process's memory: nothing that was rendered while building is served. */
export default class PageCache {
  /** @param {string} key */
  async get(key) {
    return entries.get(key) ?? null;
  }

  /**
   * @param {string} key
   * @param {any} value
   * @param {{ tags?: string[] }} context
   */
  async set(key, value, { tags = [] } = {}) {
    entries.delete(key);
    if (value === null) return;
    // Next sends these headers with the page, this first time too.
    if (value.kind === "APP_PAGE") value.headers = { ...value.headers, [INLINE_SCRIPTS]: hashes(value.html) };
    entries.set(key, { value, tags, lastModified: Date.now() });
    // A map gives its keys in the order of their arrival.
    for (const oldest of entries.keys()) {
      if (entries.size <= MOST_ENTRIES) break;
      entries.delete(oldest);
    }
  }

  /** @param {string | string[]} tags */
  async revalidateTag(tags) {
    for (const [key, entry] of entries) {
      if (entry.tags.some((tag) => tags.includes(tag))) entries.delete(key);
    }
  }

  resetRequestCache() {}
}

/**
 * The sources that let a policy's script-src run the inline scripts of this HTML, which React wrote and escaped.
 * @param {string} html
 */
export function hashes(html) {
  const sources = new Set();
  for (const [, attributes = "", text = ""] of html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)) {
    if (/\ssrc=/.test(attributes)) continue;
    sources.add(`'sha256-${createHash("sha256").update(text).digest("base64")}'`);
  }
  return [...sources].join(" ");
}
