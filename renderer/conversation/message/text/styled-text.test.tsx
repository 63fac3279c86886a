// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Account } from "../../../../shared/model/account.ts";
import type { Message } from "../../../../shared/model/message.ts";
import { useAccounts } from "../../../state/accounts/accounts.ts";
import { ACCOUNT, installCore, message } from "../../../testing/state.ts";
import { Bubble } from "../Bubble.tsx";
import { highlight } from "./highlight.ts";
import type { ColourTask } from "./colour-worker.ts";
import { hasColours } from "./use-colours.ts";

beforeEach(() => void installCore());
/** Answers as the worker does, or not at all. */
const worker = vi.hoisted(() => ({ isStuck: false, ended: 0 }));
vi.mock(import("../../../state/files/own-worker.ts"), () => ({
  startWorker: () =>
    ({
      postMessage({ code, language }: ColourTask) {
        if (!worker.isStuck)
          queueMicrotask(() => (this as Worker).onmessage?.({ data: highlight(code, language) } as never));
      },
      terminate: () => void worker.ended++,
    }) as Partial<Worker> as Worker,
}));

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const draw = (body: string, change: Partial<Message> = {}): Element =>
  render(<Bubble message={message(1, { body, ...change })} author="Bob" opens closes />).container.querySelector(
    "[dir=auto] > span",
  )!;

describe("a styled text", () => {
  it("has elements with a meaning, and marks that are visible but not read aloud", () => {
    const text = draw("*a* _b_ ~c~ `d`");
    expect([...text.querySelectorAll("strong, em, s, code")].map((one) => [one.tagName, one.textContent])).toEqual([
      ["STRONG", "a"],
      ["EM", "b"],
      ["S", "c"],
      ["CODE", "d"],
    ]);
    expect(text.textContent).toBe("*a* _b_ ~c~ `d`");
    expect([...text.querySelectorAll("[aria-hidden]")].map((one) => one.textContent).join("")).toBe("**__~~``");
  });

  it("keeps its line breaks, and has no empty line next to a block", () => {
    expect(draw("one\n\ntwo\n").textContent).toBe("one\n\ntwo\n");
    cleanup();
    const text = draw("before\n\n> quoted\n> on\n\nafter");
    expect(text.querySelector("blockquote")?.textContent).toBe("quoted\non");
    expect(text.textContent).toBe("beforequoted\nonafter");
  });

  it("is shown as typed if its author wants that, with links", () => {
    const text = draw("> *a* https://example.org/\n```\nb", { unstyled: true });
    expect(text.querySelector("strong, blockquote, pre")).toBeNull();
    expect(text.textContent).toBe("> *a* https://example.org/\n```\nb");
    expect(screen.getByRole("link").getAttribute("href")).toBe("https://example.org/");
  });

  it("has links inside styles and quotes, and none in code", () => {
    draw("> *https://one.example/*\n`https://two.example/`\n```\nhttps://three.example/\n```");
    expect(screen.getAllByRole("link").map((one) => one.textContent)).toEqual(["https://one.example/"]);
  });
});

describe("preformatted text", () => {
  it("has the colours of its language, and only known ones", async () => {
    const text = draw('```js\nconst a = "<b>";\n```');
    await waitFor(() => expect(text.querySelector("[data-tone=keyword]")?.textContent).toBe("const"));
    expect(text.querySelector("pre")?.textContent).toBe('const a = "<b>";');
    expect(text.querySelector("b")).toBeNull();
    expect(highlight("x", "constructor")).toBeNull();
    expect(highlight("x", "no such language")).toBeNull();
  });

  it("stays without colours if they take too long, and costs nobody else's", async () => {
    worker.isStuck = true;
    const slow = draw("```js\nlet slow = 1;\n```");
    await waitFor(() => expect(worker.ended).toBe(1), { timeout: 10_000 });
    expect(slow.querySelector("[data-tone]")).toBeNull();
    worker.isStuck = false;
    const text = draw("```js\nlet quick = 1;\n```");
    await waitFor(() => expect(text.querySelector("[data-tone=keyword]")?.textContent).toBe("let"));
  });

  it("shows what follows the fence if it is no name of a language", () => {
    const text = draw("```echo hello; rm it\nmore");
    expect(text.querySelector("pre")?.textContent).toBe("echo hello; rm it\nmore");
  });

  it("is copied without its fences", async () => {
    const copied: string[] = [];
    vi.stubGlobal("navigator", {
      ...navigator,
      clipboard: { writeText: async (one: string) => void copied.push(one) },
    });
    draw("```\none\n  two\n```");
    await act(async () => void fireEvent.click(screen.getByRole("button", { name: "Copy code" })));
    await waitFor(() => expect(copied).toEqual(["one\n  two"]));
  });

  it("cannot be copied while a part of it is folded", () => {
    draw("```\n" + "line\n".repeat(100) + "```");
    expect(screen.queryByRole("button", { name: "Copy code" })).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: "Show more" }));
    expect(screen.getByRole("button", { name: "Copy code" })).toBeTruthy();
  });
});

describe("colours", () => {
  it("are only for short code with short lines, since the grammars take quadratic time", () => {
    expect(hasColours("const a = 1;\n".repeat(1_500))).toBe(true);
    expect(hasColours("const a = 1;\n".repeat(1_600))).toBe(false);
    expect(hasColours("a".repeat(1_001))).toBe(false);
  });

  it("together with the rest are the code", () => {
    for (const [code, language] of [
      ['if (a) { "b" } // <c>\n', "typescript"],
      ["<p class='a'><script>let b = 1</script></p>", "html"],
      ["- a\n+ b\n", "diff"],
      ["\u202Ex = 'y'\u0000", "python"],
    ] as const)
      expect(
        highlight(code, language)!
          .map(({ text }) => text)
          .join(""),
      ).toBe(code);
  });
});

describe("an action (XEP-0245)", () => {
  it("begins with the name of its author, ours too", () => {
    useAccounts.setState({ accounts: [{ id: ACCOUNT, jid: "alice@example.org" } as Account] });
    expect(draw("/me waves *wildly*").textContent).toBe("* Bob waves *wildly*");
    cleanup();
    expect(draw("/me waves", { direction: "out", delivery: "sent" }).textContent).toBe("* alice waves");
    cleanup();
    const writer = { nickname: "Ally", occupantId: null, jid: null };
    expect(draw("/me waves", { direction: "out", delivery: "sent", writer }).textContent).toBe("* Ally waves");
  });

  it("is not /me alone", () => {
    expect(draw("/me").textContent).toBe("/me");
  });
});
