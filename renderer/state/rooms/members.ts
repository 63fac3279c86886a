/** The members of a room, present or not, and the state of their devices; loaded and updated while they are shown. */
import { create } from "zustand";
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId, ChatKey } from "../../../shared/model/primitives.ts";
import type { RoomMember } from "../../../shared/model/room.ts";
import type { ErrorCode } from "../../../shared/ipc/index.ts";
import { chatId } from "../chat-id.ts";
import type { Loading } from "../contacts/contacts.ts";
import { errorCodeOf } from "../../call-failed.ts";
import { call, on } from "../ipc.ts";

interface MembersOf {
  status: Loading;
  error: ErrorCode | null;
  byJid: ReadonlyMap<BareJid, RoomMember>;
}

const NONE: MembersOf = { status: "loading", error: null, byJid: new Map() };
/** Changes within this time cause one load, ms. */
const TOGETHER = 150;

const useMemberStore = create<{ byRoom: Readonly<Record<string, MembersOf>> }>()(() => ({ byRoom: {} }));

/** The caller must watch them. */
export const useMembers = (account: AccountId, jid: string): MembersOf =>
  useMemberStore((state) => state.byRoom[`${account} ${jid}`] ?? NONE);

const put = (id: string, of: MembersOf): void =>
  useMemberStore.setState(({ byRoom }) => ({ byRoom: { ...byRoom, [id]: of } }));

/** Loads them. Never throws: see `status`. */
export async function loadMembers({ account, jid }: ChatKey): Promise<void> {
  const id = chatId({ account, jid });
  try {
    const { members } = await call("room.members", { account, jid });
    put(id, { status: "ready", error: null, byJid: new Map(members.map((one) => [one.jid, one])) });
  } catch (error) {
    // Known members stay visible.
    if (useMemberStore.getState().byRoom[id]?.status !== "ready")
      put(id, { ...NONE, status: "failed", error: errorCodeOf(error) });
  }
}

/** Loads them for a view, and again when the room or devices change. @returns a function that ends it */
export function watchMembers({ account, jid }: ChatKey): () => void {
  let timer: number | null = null;
  const again = (): void => {
    timer ??= window.setTimeout(() => {
      timer = null;
      void loadMembers({ account, jid });
    }, TOGETHER);
  };
  const ends = [
    on("devices.changed", ({ owners }) => owners.some((one) => one.account === account) && again()),
    on("rooms.changed", ({ changed }) => changed.some((one) => one.account === account && one.jid === jid) && again()),
  ];
  void loadMembers({ account, jid });
  return () => {
    if (timer !== null) clearTimeout(timer);
    for (const end of ends) end();
  };
}
