/** How the tab's link to the gateway is; times are milliseconds of `Clock.now`. */
export type Connection =
  | { readonly state: "idle" }
  | { readonly state: "connecting" }
  | { readonly state: "live" }
  | { readonly state: "reconnecting"; readonly since: number }
  | { readonly state: "signed-out" }
  | { readonly state: "refused"; readonly why: string };

export type Cancel = () => void;

/** Time, so that tests make it pass. */
export interface Clock {
  now(): number;
  after(milliseconds: number, run: () => void): Cancel;
}

export const browserClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
