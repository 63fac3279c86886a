// @vitest-environment happy-dom
// What is drawn can be read again: the path is painted, module by module, and given to the decoder that scans codes.
import { cleanup, render, screen } from "@testing-library/react";
import decode from "qr/decode.js";
import { afterEach, describe, expect, it } from "vitest";
import { formatDeviceAddress } from "../../shared/omemo/device-address.ts";
import { bareJid } from "../../shared/jid.ts";
import QrCode from "./QrCode.tsx";

afterEach(cleanup);
/** Pixels per module. */
const SCALE = 4;

/** Paints `M x y h w v1 h-w z` pieces, dark on white. */
function paint(svg: Element): { width: number; height: number; data: Uint8ClampedArray } {
  const size = Number(svg.getAttribute("viewBox")?.split(" ")[2]);
  const width = size * SCALE;
  const data = new Uint8ClampedArray(width * width * 4).fill(255);
  const path = svg.querySelector("path")?.getAttribute("d") ?? "";
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = 0; row < SCALE; row++) {
      const from = ((Number(y) * SCALE + row) * width + Number(x) * SCALE) * 4;
      for (let at = 0; at < Number(length) * SCALE * 4; at++) if (at % 4 !== 3) data[from + at] = 0;
    }
  }
  return { width, height: width, data };
}

const addressOf = (devices: number): string =>
  formatDeviceAddress({
    jid: bareJid("juliet@example.org"),
    keys: Array.from({ length: devices }, (_, at) => ({
      device: 1_000_000_000 + at,
      fingerprint: (at + 1).toString(16).padStart(2, "0").repeat(32),
    })),
  });

describe("the QR code of our devices", () => {
  it.each([1, 3, 20])("can be scanned, for %i devices", (devices) => {
    const text = addressOf(devices);
    render(<QrCode text={text} label="code" />);
    expect(decode(paint(screen.getByRole("img", { name: "code" })), { timeLimit: 20_000 })).toBe(text);
  });

  it("needs no inline style, which the policy of the page forbids", () => {
    const { container } = render(<QrCode text={addressOf(1)} label="code" />);
    expect(container.querySelector("[style], style")).toBeNull();
  });

  it("is omitted if no code can contain the text", () => {
    const { container } = render(<QrCode text={addressOf(60)} label="code" />);
    expect(container.innerHTML).toBe("");
  });
});
