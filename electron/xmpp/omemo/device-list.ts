/** `<list/>`: the devices of an account (XEP-0384 0.3 §4.2 and §4.3). */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import type { ListedDevice } from "../events.ts";
import { deviceId, NS_OMEMO } from "./fields.ts";

/** Far more devices than any user has; each would cost a session. */
const MOST_DEVICES = 1_000;
const MOST_LABEL = 256;

/** @returns each device once, in order, at most 1,000; null if it is not a list */
export function readDeviceList(payload: Element | undefined): ListedDevice[] | null {
  if (payload?.is("list", NS_OMEMO) !== true) return null;
  const devices = new Map<number, ListedDevice>();
  for (const element of payload.getChildren("device")) {
    if (devices.size === MOST_DEVICES) break;
    const id = deviceId(element.attrs["id"]);
    if (id !== null && !devices.has(id)) devices.set(id, { id, label: readLabel(element.attrs["label"]) });
  }
  return [...devices.values()];
}

/** The displayable part of a label: one line without characters that hide or reorder text. */
function readLabel(label: unknown): string | null {
  if (typeof label !== "string") return null;
  const line = label
    .slice(0, MOST_LABEL)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return line === "" ? null : line;
}

/** Keeps the end of an overlong list, because a joining device appends itself. */
export function buildDeviceList(devices: readonly ListedDevice[]): Element {
  const elements = devices
    .slice(-MOST_DEVICES)
    .map(({ id, label }) => xml("device", { id: String(id), ...(label === null ? {} : { label }) }));
  return xml("list", { xmlns: NS_OMEMO }, ...elements);
}
