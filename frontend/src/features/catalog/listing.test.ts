import { expect, test } from "vitest";
import { categoriesOf, type Listing, matching } from "./listing";

const listing = (sku: string, name: string, category: string, description = ""): Listing => ({
  sku,
  name,
  category,
  description,
  image: "",
  prices: { USD: 100 },
});

const shop = [
  listing("KIT-MUG-01", "Stoneware mug", "Kitchen", "Glazed by hand."),
  listing("KIT-BOARD-01", "Oak chopping board", "Kitchen"),
  listing("HOM-LAMP-01", "Desk lamp", "Home"),
];
const skus = (q: string, category: string | null = null) =>
  matching(shop, { q, category }).map(({ sku }) => sku);

test("everything is there when nothing is asked for", () => {
  expect(skus(" ")).toHaveLength(3);
});

test.each([
  ["mug", ["KIT-MUG-01"]],
  ["MUG glazed", ["KIT-MUG-01"]],
  ["board oak", ["KIT-BOARD-01"]],
  ["hom-lamp", ["HOM-LAMP-01"]],
  ["kitchen", ["KIT-MUG-01", "KIT-BOARD-01"]],
  ["mug lamp", []],
])("every word counts, wherever it stands, when %j is searched", (q, found) => {
  expect(skus(q)).toEqual(found);
});

test("both must fit when a category is chosen too", () => {
  expect(skus("mug", "Home")).toEqual([]);
  expect(skus("", "Kitchen")).toEqual(["KIT-MUG-01", "KIT-BOARD-01"]);
});

test("categories come by name with their counts when the shop has several", () => {
  expect(categoriesOf(shop)).toEqual([
    { name: "Home", count: 1 },
    { name: "Kitchen", count: 2 },
  ]);
});
