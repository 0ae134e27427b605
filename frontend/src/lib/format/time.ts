import { LOCALE } from "./money";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const absolute = new Intl.DateTimeFormat(LOCALE, {
  dateStyle: "medium",
  timeStyle: "medium",
  hourCycle: "h23",
  timeZone: "UTC",
});
const minutes = new Intl.DateTimeFormat(LOCALE, {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
  timeZone: "UTC",
});
const day = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeZone: "UTC" });
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" });

/** "Nov 21, 2026, 23:18:47 UTC". */
export function formatTime(time: string): string {
  return `${absolute.format(new Date(time))} UTC`;
}

/** "23:33 UTC". */
export function formatTimeOfDay(time: string): string {
  return `${minutes.format(new Date(time))} UTC`;
}

/** "5 minutes ago", and from a day on the date. */
export function formatRelative(time: string, now: number): string {
  const passed = now - Date.parse(time);
  const size = Math.abs(passed);
  if (size < 10 * SECOND) return "just now";
  if (size < MINUTE) return relative.format(-Math.round(passed / SECOND), "second");
  if (size < HOUR) return relative.format(-Math.round(passed / MINUTE), "minute");
  if (size < DAY) return relative.format(-Math.round(passed / HOUR), "hour");
  return day.format(new Date(time));
}

/** How long after something: "0 ms", "184 ms", "3.1 s", "12 s", "2 min 5 s", "3 h 20 min", "2 d 4 h". */
export function formatOffset(milliseconds: number): string {
  if (milliseconds < SECOND) return `${Math.max(0, Math.round(milliseconds))} ms`;
  if (milliseconds < 10 * SECOND) return `${(Math.floor(milliseconds / 100) / 10).toFixed(1)} s`;
  if (milliseconds < MINUTE) return `${Math.floor(milliseconds / SECOND)} s`;
  if (milliseconds < HOUR) return parts(milliseconds, MINUTE, "min", SECOND, "s");
  if (milliseconds < DAY) return parts(milliseconds, HOUR, "h", MINUTE, "min");
  return parts(milliseconds, DAY, "d", HOUR, "h");
}

function parts(
  milliseconds: number,
  large: number,
  largeName: string,
  small: number,
  smallName: string,
): string {
  const rest = Math.floor((milliseconds % large) / small);
  const whole = `${Math.floor(milliseconds / large)} ${largeName}`;
  return rest === 0 ? whole : `${whole} ${rest} ${smallName}`;
}
