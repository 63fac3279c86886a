/** `<list/>`, the devices of an account (XEP-0384 0.3 §4.2 and §4.3). */
import xml, { type Element } from "@xmpp/xml";
import type { ListedDevice } from "../events.ts";
import { deviceId, NS_OMEMO } from "./fields.ts";

/** Nobody has so many devices; each would cost a session. */
const MOST_DEVICES = 1_000;
const MOST_LABEL = 256;

/** @returns each device once, in their order, at most 1,000; null when it is no list */
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

/** What can be shown of a label: one line without signs that hide or turn text. */
function readLabel(label: unknown): string | null {
  if (typeof label !== "string") return null;
  const line = label
    .slice(0, MOST_LABEL)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return line === "" ? null : line;
}

/** Of a list that is too long the end is kept: a device that joins adds itself there. */
export function buildDeviceList(devices: readonly ListedDevice[]): Element {
  const elements = devices
    .slice(-MOST_DEVICES)
    .map(({ id, label }) => xml("device", { id: String(id), ...(label === null ? {} : { label }) }));
  return xml("list", { xmlns: NS_OMEMO }, ...elements);
}
