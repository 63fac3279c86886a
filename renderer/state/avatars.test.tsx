// @vitest-environment happy-dom
import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { BareJid } from "../../shared/jid.ts";
import { ACCOUNT, installCore } from "../testing/state.ts";
import { clearAvatars, followAvatars, useAvatar } from "./avatars.ts";

const KEY = { account: ACCOUNT, jid: "bob@example.org" as BareJid, nickname: null };
const picture = (digit: string) => ({ hash: digit.repeat(40), type: "image/png", base64: "AAAA" });

beforeEach(() => {
  clearAvatars();
  // A window that cannot draw takes the picture as it is.
  vi.stubGlobal("createImageBitmap", undefined);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Shown() {
  return <p>{useAvatar(KEY) ?? "initials"}</p>;
}

it("an avatar that changes while it is being read is read again", async () => {
  const answers: ((value: unknown) => void)[] = [];
  const core = installCore({ "avatar.get": () => new Promise((resolve) => answers.push(resolve)) as never });
  const stop = followAvatars();
  render(<Shown />);
  await waitFor(() => expect(answers).toHaveLength(1));
  act(() => core.emit("avatars.changed", { of: [KEY] }));
  await act(async () => answers[0]!(null));
  await waitFor(() => expect(answers).toHaveLength(2));
  await act(async () => answers[1]!(picture("1")));
  await waitFor(() => expect(screen.getByText(/^blob:/)).toBeTruthy());
  stop();
});
