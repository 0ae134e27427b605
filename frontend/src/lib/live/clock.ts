export type Cancel = () => void;

/** Time, so that tests make it pass. */
export interface Clock {
  /** Milliseconds. */
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
