// @vitest-environment happy-dom
// attacks.md "script in the renderer" (CVE-2018-10994, CVE-2018-11101): what others write is text, nothing else.
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RequestCard } from "../../../roster/RequestCards.tsx";
import { ACCOUNT, BOB, installCore, message, type FakeCore } from "../../../testing/state.ts";
import { Bubble } from "../Bubble.tsx";

let core: FakeCore;
beforeEach(() => {
  core = installCore();
});
afterEach(cleanup);

const draw = (body: string, change: Partial<Parameters<typeof message>[1]> = {}, author = "Bob") =>
  render(<Bubble message={message(1, { body, ...change })} author={author} opens closes />);
/** Elements of a bubble itself; any other came from the text. */
const OWN = new Set([
  "DIV",
  "ARTICLE",
  "SPAN",
  "TIME",
  "A",
  "BUTTON",
  "P",
  "BDI",
  "SVG",
  "PATH",
  "CIRCLE",
  "LINE",
  "POLYLINE",
]);
const foreign = (root: Element): string[] =>
  [...root.querySelectorAll("*")].map((one) => one.tagName.toUpperCase()).filter((name) => !OWN.has(name));
const handlers = (root: Element): string[] =>
  [...root.querySelectorAll("*")].flatMap((one) =>
    one.getAttributeNames().filter((name) => /^on/i.test(name) || name === "srcdoc" || name === "src"),
  );

const HOSTILE = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg/onload=alert(1)>",
  "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
  "<a href='javascript:alert(1)'>click</a>",
  '"><style>*{display:none}</style>',
  "&lt;b&gt;not bold&lt;/b&gt; &amp; &#x3c;script&#x3e;",
  "{{constructor.constructor('alert(1)')()}} ${alert(1)}",
  "\u202Egnp.exe\u202C normal",
  "zero\u200Bwidth\u200Cjoiner\u200D\uFEFF",
  "\u2066isolate\u2069 \u2067rtl\u2069",
  "Z̸̡̛a̶l̵g̷o̴" + "\u0300".repeat(500),
  "null\u0000byte \u001b[31mred\u0007",
  "x".repeat(200_000),
];

describe("a hostile body", () => {
  it.each(HOSTILE.map((body) => [body.slice(0, 50), body]))("is shown as text only: %j", (_name, body) => {
    const { container } = draw(body);
    expect(foreign(container)).toEqual([]);
    expect(handlers(container)).toEqual([]);
    // Long texts are folded; the shown part is the beginning, letter by letter.
    const shown = container.querySelector("[dir=auto]")?.textContent ?? "";
    expect(shown.startsWith(body.slice(0, 1000).trimEnd().slice(0, 40))).toBe(true);
    for (const link of container.querySelectorAll("a"))
      expect(link.getAttribute("href")).toMatch(/^(https?|mailto|xmpp):/);
  });

  it("cannot change the direction of a link, which is isolated", () => {
    draw("\u202Esee https://example.org/a \u202C");
    const link = screen.getByRole("link");
    expect(link.textContent).toBe("https://example.org/a");
    expect(link.getAttribute("dir")).toBe("auto");
  });
});

describe("a link", () => {
  it("shows its target, opens through the core and never navigates", async () => {
    draw("look: https://bücher.example/path");
    const link = screen.getByRole("link");
    expect(link.getAttribute("title")).toContain("https://xn--bcher-kva.example/path");
    expect(link.getAttribute("rel")).toContain("noopener");
    let isDefault = true;
    await act(async () => {
      isDefault = fireEvent.click(link);
    });
    expect(isDefault).toBe(false);
    expect(core.calls).toEqual([{ name: "link.open", args: { url: "https://xn--bcher-kva.example/path" } }]);
  });

  it("opens through the core with the middle button too", async () => {
    draw("https://example.org/");
    const link = screen.getByRole("link");
    let isDefault = true;
    await act(async () => {
      isDefault = fireEvent(link, new MouseEvent("auxclick", { button: 1, bubbles: true, cancelable: true }));
    });
    expect(isDefault).toBe(false);
    expect(core.calls).toHaveLength(1);
  });
});

describe("other texts from the network", () => {
  it("are shown as text: the server's reason of a failure, whatever its condition", () => {
    const failure = { condition: "constructor", text: "<img src=x onerror=alert(1)> {{count}}" };
    const { container } = draw("hello", { direction: "out", delivery: "failed", failure });
    expect(foreign(container)).toEqual([]);
    expect(container.textContent).toContain("The server did not take this message.");
    expect(container.textContent).toContain("<img src=x onerror=alert(1)> {{count}}");
  });

  it("are shown as text: the author's name", () => {
    const { container } = draw("hello", {}, "<b>Bob</b> $t(chat.you)");
    expect(container.querySelector("article")?.getAttribute("aria-label")).toContain("<b>Bob</b> $t(chat.you)");
  });

  it("are shown as short text: nickname and message of a stranger's request", () => {
    const request = {
      account: ACCOUNT,
      jid: BOB,
      nickname: "<script>x</script>" + "n".repeat(300),
      message: "<iframe src=//evil>",
      receivedAt: 1,
    };
    const { container } = render(<RequestCard request={request} />);
    expect(container.querySelector("script, iframe")).toBeNull();
    expect(container.textContent).toContain("<iframe src=//evil>");
    expect(container.textContent).not.toContain("n".repeat(100));
  });
});

describe("a failed message", () => {
  it("can be sent again or discarded", async () => {
    draw("hello", {
      direction: "out",
      delivery: "failed",
      failure: { condition: "remote-server-not-found", text: "" },
    });
    expect(screen.getByRole("article").getAttribute("aria-label")).toContain("not sent");
    expect(screen.getByText(/server was not found/)).toBeTruthy();
    await act(async () => void fireEvent.click(screen.getByRole("button", { name: "Retry" })));
    await act(async () => void fireEvent.click(screen.getByRole("button", { name: "Delete" })));
    expect(core.calls.map((one) => one.name)).toEqual(["message.retry", "message.discard"]);
  });
});
