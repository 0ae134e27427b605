import { expect, test } from "vitest";
import { BLANK_ADDRESS, checked } from "./address";

const filled = {
  ...BLANK_ADDRESS,
  name: " Ada King ",
  line1: "12 Long Lane",
  city: "York",
  postal_code: "YO1",
  country: "GB",
};

test("empty fields are left out and spaces around are dropped when the address is good", () => {
  expect(checked(filled)).toEqual({
    address: { name: "Ada King", line1: "12 Long Lane", city: "York", postal_code: "YO1", country: "GB" },
  });
});

test("every missing field is named when the form is blank", () => {
  const result = checked(BLANK_ADDRESS);
  expect("errors" in result && Object.keys(result.errors).sort()).toEqual([
    "city",
    "country",
    "line1",
    "name",
    "postal_code",
  ]);
});

test.each([
  ["email", "nobody"],
  ["email", "a b@c"],
  ["country", "Germany"],
  ["name", "   "],
  ["name", "a\u0000b"],
  ["postal_code", "1".repeat(21)],
] as const)("%s is refused when it is %j", (field, value) => {
  const result = checked({ ...filled, [field]: value });
  expect("errors" in result && Object.keys(result.errors)).toEqual([field]);
});
