import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { Button } from "./button";

afterEach(cleanup);

test("a press counts once when the button is pending", () => {
  let presses = 0;
  const { rerender } = render(<Button onClick={() => (presses += 1)}>Place order</Button>);
  fireEvent.click(screen.getByRole("button"));
  rerender(
    <Button pending onClick={() => (presses += 1)}>
      Place order
    </Button>,
  );
  fireEvent.click(screen.getByRole("button"));
  expect(presses).toBe(1);
});

test("a form is not sent again when its button is pending", () => {
  let sent = 0;
  render(
    <form
      onSubmit={(event) => {
        event.preventDefault();
        sent += 1;
      }}
    >
      <Button type="submit" pending>
        Place order
      </Button>
    </form>,
  );
  fireEvent.click(screen.getByRole("button", { name: "Place order" }));
  expect(sent).toBe(0);
});
