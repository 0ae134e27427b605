import { problemOf } from "@/lib/api/problem";
import { browserClock } from "./clock";
import { LiveFeed } from "./feed";
import { openSocketIo, prepareSocketIo, type Ticket } from "./socket";

const UNAUTHENTICATED = 401;

async function ticket(): Promise<Ticket | null> {
  const response = await fetch("/api/live", { method: "POST" });
  if (response.status === UNAUTHENTICATED) return null;
  const body: unknown = await response.json();
  if (!response.ok) throw problemOf(response, body);
  return body as Ticket;
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
