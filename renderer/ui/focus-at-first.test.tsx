// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { Button } from "./Button.tsx";

afterEach(cleanup);

it("a button that takes the focus has it at once, and keeps it, also after Enter in a form has clicked the form's button", async () => {
  render(<button type="submit">Send</button>);
  // What Enter in a field fires at the button of its form: a click without a pointer.
  fireEvent.click(screen.getByText("Send"), { detail: 0 });
  render(
    <>
      <button>First</button>
      <Button autoFocus>Close</Button>
    </>,
  );
  expect(document.activeElement?.textContent).toBe("Close");
  // So does a dialog in the next frame, when the field that had the focus has vanished.
  screen.getByText("First").focus();
  await act(() => new Promise<void>((done) => requestAnimationFrame(() => done())));
  expect(document.activeElement?.textContent).toBe("Close");
});
