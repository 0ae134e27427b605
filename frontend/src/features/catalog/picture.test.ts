import { expect, test } from "vitest";
import { pictureOf } from "./picture";

test.each([
  ["/images/products/kit-mug-01.svg", "Kitchen", "/images/products/kit-mug-01.svg"],
  ["", "Kitchen", "/images/products/any-kitchen.svg"],
  ["", "Garden", "/images/products/any.svg"],
  ["https://elsewhere.example/mug.svg", "Toys", "/images/products/any-toys.svg"],
  ["//elsewhere.example/mug.svg", "Toys", "/images/products/any-toys.svg"],
  ["/images/../api/session", "Toys", "/images/products/any-toys.svg"],
])("only pictures of ours are shown when the image is %j", (image, category, shown) => {
  expect(pictureOf({ image, category })).toBe(shown);
});
