/** The rooms of a run: our first device makes them, and the others enter. */
import { anyJid, type BareJid } from "../../shared/jid.ts";
import type { Device } from "./core/device.ts";

/** Limit for entering, in ms. */
const ENTER_MS = 30_000;

export interface RunRoom {
  jid: BareJid;
  name: string;
  /** `group`: for its members only, who see each other's addresses; it can be encrypted. */
  kind: "group" | "channel";
}
export const birds: RunRoom = { jid: "birds@conference.localhost" as BareJid, name: "Birds", kind: "channel" };
export const flock: RunRoom = { jid: "flock@conference.localhost" as BareJid, name: "Flock", kind: "group" };

export const occupantOf = ({ jid }: RunRoom, nickname: string) => anyJid(`${jid}/${nickname}`);

/** @param members others who are let into a group */
export async function makeRoom(device: Device, room: RunRoom, nickname: string, members: BareJid[]): Promise<void> {
  const key = { account: device.account.id, jid: room.jid };
  await device.call("room.create", { ...key, nickname, name: room.name, kind: room.kind });
  await isIn(device, room);
  for (const person of members)
    await device.call("room.setAffiliation", { ...key, person, affiliation: "member", reason: "" });
}

export async function enterRoom(device: Device, room: RunRoom, nickname: string): Promise<void> {
  const key = { account: device.account.id, jid: room.jid };
  await device.call("room.join", { ...key, nickname, password: null, autojoin: true });
  await isIn(device, room);
}

const isIn = (device: Device, { jid }: RunRoom): Promise<void> =>
  device.until(`entering ${jid}`, () => device.rooms.get(jid)?.state.state === "joined", ENTER_MS);
