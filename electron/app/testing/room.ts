/** For tests over a real server: stock clients that go in and out of rooms, and what they see there. */
import { xml } from "@xmpp/client";
import { expect, vi } from "vitest";
import type { Peer } from "../../../e2e/peers/peer.ts";
import type { BareJid } from "../../../shared/jid.ts";
import { WAIT, type Device } from "./device.ts";

/** Returns when the room has let the client in (XEP-0045 §7.2), without its history. */
export async function enterRoom(peer: Peer, room: BareJid, nickname: string): Promise<void> {
  const occupant = `${room}/${nickname}`;
  const history = xml("history", { maxstanzas: "0" });
  await peer.send(xml("presence", { to: occupant }, xml("x", "http://jabber.org/protocol/muc", history)));
  await peer.waitFor(
    (stanza) => stanza.is("presence") && stanza.attrs["from"] === occupant && stanza.toString().includes('code="110"'),
  );
}

/** Returns when the room says that the client has left (§7.14). @param occupant its address there */
export async function leaveRoom(peer: Peer, occupant: string): Promise<void> {
  await peer.send(xml("presence", { to: occupant, type: "unavailable" }));
  const hasLeft = (): boolean =>
    peer.stanzas.some(
      (stanza) => stanza.is("presence") && stanza.attrs["from"] === occupant && stanza.attrs["type"] === "unavailable",
    );
  await vi.waitFor(() => expect(hasLeft()).toBe(true), WAIT);
}

/** Creates a room by one of our devices, and returns when that is in it. */
export async function makeRoom(
  device: Device,
  room: BareJid,
  as: { nickname: string; name: string; kind: "group" | "channel" },
): Promise<void> {
  await device.core.handlers["room.create"]({ account: device.account.id, jid: room, ...as });
  await isInRoom(device, room);
}

/** Returns when one of our devices is in the room. */
export const isInRoom = (device: Device, room: BareJid): Promise<void> =>
  vi.waitFor(async () => {
    const { rooms } = await device.core.handlers["room.list"]({});
    expect(rooms.find(({ jid }) => jid === room)).toMatchObject({ state: { state: "joined" } });
  }, WAIT);

/** The room's own id of a message (XEP-0359), as a client there saw it. */
export async function roomIdOf(peer: Peer, body: string): Promise<string> {
  const got = await peer.waitForMessage(
    (stanza) => stanza.attrs["type"] === "groupchat" && stanza.getChildText("body") === body,
  );
  return String(got.getChild("stanza-id", "urn:xmpp:sid:0")?.attrs["id"]);
}
