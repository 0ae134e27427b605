// @vitest-environment node
import { expect, test } from "vitest";
import { answerInTime } from "./services";

const request = new Request("http://inventory.example/products");

test("the answer is given when it comes in time", async () => {
  const answer = await answerInTime(request, () => Promise.resolve(new Response("here")), 1_000);
  expect(await answer.text()).toBe("here");
});

test("nobody waits on when no answer comes and the signal is not heard", async () => {
  const silent = () => new Promise<Response>(() => undefined);
  await expect(answerInTime(request, silent, 20)).rejects.toMatchObject({ name: "TimeoutError" });
});
