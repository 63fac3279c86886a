import { expect, it } from "vitest";
import { StoreError } from "../store/contract/index.ts";
import { asCommandError, committed } from "./errors.ts";

it.each([
  ["full", "store-not-writable"],
  ["closed", "store-locked"],
] as const)("reports the store as %s by the same code, also below the XMPP layer", async (fault, code) => {
  const error = new StoreError(fault, "a bad moment");
  expect(asCommandError(error)).toMatchObject({ code, retryable: true });
  const below: unknown = await committed(Promise.reject(error)).catch((thrown: unknown) => thrown);
  expect(asCommandError(below)).toMatchObject({ code, retryable: true });
});
