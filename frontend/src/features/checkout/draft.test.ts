import { expect, test } from "vitest";
import { BLANK_ADDRESS } from "./address";
import { type Draft, FRESH_DRAFT, parseDraft } from "./draft";

const draft: Draft = { address: { ...BLANK_ADDRESS, name: "Ada" }, method: "pm_card_visa", attempt: null };

test("nothing is lost when a draft is stored and read again", () => {
  expect(parseDraft(JSON.stringify(draft))).toEqual(draft);
});

test.each([
  null,
  "",
  "[]",
  '{"address":{},"method":null,"attempt":null}',
  JSON.stringify({ ...draft, method: 7 }),
  JSON.stringify({ ...draft, attempt: { key: "k-1" } }),
])("the draft is fresh when storage holds %j", (stored) => {
  expect(parseDraft(stored)).toEqual(FRESH_DRAFT);
});
