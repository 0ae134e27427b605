import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { Field } from "./field";
import { Input } from "./input";

afterEach(cleanup);

test("a screen reader hears hint and error with the control when both are there", () => {
  render(
    <Field label="Postal code" hint="As on your letters." error="Enter a postal code.">
      {(wiring) => <Input {...wiring} />}
    </Field>,
  );
  const input = screen.getByLabelText("Postal code");
  const described = (input.getAttribute("aria-describedby") ?? "")
    .split(" ")
    .map((id) => document.getElementById(id)?.textContent);
  expect(described).toEqual(["As on your letters.", "Enter a postal code."]);
  expect(input.getAttribute("aria-invalid")).toBe("true");
});

test("a control is neither described nor invalid when it has only a label", () => {
  render(<Field label="City">{(wiring) => <Input {...wiring} />}</Field>);
  const input = screen.getByLabelText("City");
  expect(input.hasAttribute("aria-describedby")).toBe(false);
  expect(input.hasAttribute("aria-invalid")).toBe(false);
});
