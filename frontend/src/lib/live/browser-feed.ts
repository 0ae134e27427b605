import { askOurServer } from "@/lib/api/browser";
import { Problem } from "@/lib/api/problem";
import { browserClock } from "./clock";
import { LiveFeed } from "./feed";
import { openSocketIo, prepareSocketIo, type Ticket } from "./socket";

const UNAUTHENTICATED = 401;

async function ticket(): Promise<Ticket | null> {
  try {
    return await askOurServer<Ticket>("/api/live", { method: "POST" });
  } catch (error) {
    if (error instanceof Problem && error.status === UNAUTHENTICATED) return null;
    throw error;
  }
}

let feed: LiveFeed | null = null;

/** The one feed of this tab. */
export function browserFeed(): LiveFeed {
  feed ??= listeningToTheBrowser(
    new LiveFeed({ clock: browserClock, open: openSocketIo, ticket, random: Math.random }),
  );
  return feed;
}

function listeningToTheBrowser(made: LiveFeed): LiveFeed {
  prepareSocketIo();
  addEventListener("offline", () => made.offline());
  addEventListener("online", () => made.online());
  addEventListener("pageshow", () => made.wake());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") made.wake();
  });
  return made;
}
