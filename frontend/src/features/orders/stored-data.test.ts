import { expect, test } from "vitest";
import { integerIn, oneOfIn, textIn, textOrNullIn, textsIn } from "./stored-data";

const data = { price: { amount: 1299 }, detail: "short", tracking_number: null, changes: ["notes"] };

test("a value is read when it is of the kind that is expected", () => {
  expect(integerIn(data, "price.amount")).toBe(1299);
  expect(textIn(data, "detail")).toBe("short");
  expect(textOrNullIn(data, "tracking_number")).toBeNull();
  expect(textsIn(data, "changes")).toEqual(["notes"]);
  expect(oneOfIn(data, "detail", ["long", "short"])).toBe("short");
});

test.each([
  () => integerIn(data, "detail"),
  () => integerIn(data, "price.missing.deeper"),
  () => textIn(data, "tracking_number"),
  () => textOrNullIn(data, "missing"),
  () => textsIn({ changes: [1] }, "changes"),
  () => oneOfIn(data, "detail", ["long"]),
])("a TypeError is thrown when a value is of another kind: %s", (read) => {
  expect(read).toThrow(TypeError);
});
