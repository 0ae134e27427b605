// @vitest-environment node
import { expect, test } from "vitest";
import { formatOffset, formatRelative, formatTime, formatTimeOfDay } from "./time";

const TIME = "2026-11-21T23:18:47.753176Z";

test("a time reads as that of UTC when it is formatted anywhere", () => {
  expect(formatTime(TIME)).toBe("Nov 21, 2026, 23:18:47 UTC");
  expect(formatTimeOfDay("2026-11-21T00:03:00+00:00")).toBe("00:03 UTC");
});

test.each([
  [3, "just now"],
  [45, "45 seconds ago"],
  [300, "5 minutes ago"],
  [7_200, "2 hours ago"],
  [86_400, "Nov 21, 2026"],
  [30 * 86_400, "Nov 21, 2026"],
  [-120, "in 2 minutes"],
])("%i s later a time is told as %s", (seconds, text) => {
  expect(formatRelative(TIME, Date.parse(TIME) + seconds * 1_000)).toBe(text);
});

test.each([
  [-3, "0 ms"],
  [184.4, "184 ms"],
  [3_190, "3.1 s"],
  [9_990, "9.9 s"],
  [12_400, "12 s"],
  [59_990, "59 s"],
  [65_000, "1 min 5 s"],
  [60_000, "1 min"],
  [125_000, "2 min 5 s"],
  [12_000_000, "3 h 20 min"],
  [187_200_000, "2 d 4 h"],
])("an offset of %i ms reads as %s", (milliseconds, text) => {
  expect(formatOffset(milliseconds)).toBe(text);
});
