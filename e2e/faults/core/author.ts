/** Does what a user does in a window. The core may die at any moment: after a crash it looks what was stored. */
import type { CommandInput, CommandName, CommandResult } from "../../../shared/ipc/index.ts";
import type { Jid } from "../../../shared/jid.ts";
import { resourceOf, toBare } from "../../../shared/jid.ts";
import type { Encryption } from "../../../shared/model/encryption.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import { textOf, type Sender } from "../reading/judge.ts";
import type { Author } from "../writing/choose.ts";
import type { Act, Place, Written } from "../writing/written.ts";

/** A conversation of a device. */
export interface Where {
  jid: Jid;
  /** Encryption of what is written there. */
  encryption: Encryption;
}

/** How many of the newest messages are searched for one whose fate is unknown. */
const LOOK_BACK = 400;
/** A core that lives and fails so often in a row has a bug. */
const MOST_FAILURES = 500;
const TAKEN: readonly Message["delivery"][] = ["sent", "delivered", "read"];

interface Ports {
  name: Sender;
  where: (place: Place) => Where;
  account: () => AccountId;
  call<N extends CommandName>(command: N, args: CommandInput<N>): Promise<CommandResult<N>>;
  /** Resolves when the process lives. */
  alive(): Promise<void>;
  isAlive(): boolean;
  isIn(place: Place): boolean;
  /** The message as it was last seen. */
  latest(sender: Sender, number: number): Message | undefined;
  hear(messages: readonly Message[]): void;
  read(place: Place, enough: (messages: readonly Message[]) => boolean): Promise<Message[]>;
}

export function createDeviceAuthor({
  name,
  where,
  account,
  call,
  alive,
  isAlive,
  isIn,
  latest,
  hear,
  read,
}: Ports): Author {
  let lastPrivate: Written | null = null;

  /** @param attempt returns null when it cannot tell yet whether it is done. `isUnclear`: an earlier attempt failed */
  async function persistently(attempt: (isUnclear: boolean) => Promise<boolean>): Promise<boolean> {
    for (let failures = 0, isUnclear = false; ; isUnclear = true) {
      await alive();
      try {
        return await attempt(isUnclear);
      } catch (error) {
        if (isAlive() && ++failures > MOST_FAILURES) throw error;
        // The process is dead or dying. The pause keeps a live core that does not answer from being asked in a tight
        // loop.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  /** The message as it is stored now. */
  async function stored(of: Written): Promise<Message> {
    const known = latest(of.sender, of.number);
    if (known === undefined) throw new Error(`${name} has not seen ${of.sender} ${of.number}`);
    const { jid } = where(of.place);
    const page = await call("message.page", { account: account(), jid, before: known.position + 1, limit: 1 });
    const found = page.messages.find(({ id }) => id === known.id);
    if (found === undefined) throw new Error(`${name} has lost ${of.sender} ${of.number}`);
    return found;
  }

  const id = (of: Written): { account: AccountId; id: Message["id"] } => ({
    account: account(),
    id: latest(of.sender, of.number)!.id,
  });

  async function write(of: Written): Promise<boolean> {
    const { jid, encryption } = where(of.place);
    const body = textOf(name, of.number);
    if (of.place === "private") lastPrivate = of;
    return persistently(async (isUnclear) => {
      if (isUnclear) {
        const has = (messages: readonly Message[]): boolean => messages.some((one) => one.body === body);
        const messages = await read(of.place, (found) => has(found) || found.length >= LOOK_BACK);
        hear(messages);
        if (has(messages)) return true;
      }
      hear([await call("message.send", { account: account(), jid, body, encryption })]);
      return true;
    });
  }

  function change(act: Exclude<Act, { what: "text" }>): Promise<boolean> {
    const { of } = act;
    return persistently(async (isUnclear) => {
      if (isUnclear) {
        const now = await stored(of);
        hear([now]);
        if (isDone(act, now)) return true;
        if (now.delivery === "failed") of.refused = true;
        if (now.delivery === "failed" || now.retracted !== null || (act.what === "reaction" && !now.reactable))
          return false;
      }
      if (act.what === "correction")
        hear([await call("message.correct", { ...id(of), body: textOf(name, of.number, act.version) })]);
      else if (act.what === "retraction") await call("message.retract", id(of));
      else hear([await call("message.react", { ...id(of), emoji: act.emoji, chosen: act.chosen })]);
      return true;
    });
  }

  function isDone(act: Act, now: Message): boolean {
    if (act.what === "correction") return now.body === textOf(name, act.of.number, act.version);
    if (act.what === "retraction") return now.retracted !== null;
    return (
      act.what === "reaction" &&
      now.reactions.some(({ emoji, own }) => own && emoji === act.emoji) === act.chosen &&
      now.retracted === null
    );
  }

  /** Whether somebody has the nickname now. */
  async function isThere(occupant: Jid): Promise<boolean> {
    const args = { account: account(), jid: toBare(occupant), after: null, limit: 100 };
    const { occupants } = await call("room.occupants", args);
    return occupants.some(({ nickname }) => nickname === resourceOf(occupant));
  }

  /**
   * One private message at a time: what fails because its occupant is away is sent again by the user, and would come
   * behind what was written later.
   */
  async function isPrivateFree(): Promise<boolean> {
    if (!isIn("private") || !(await isThere(where("private").jid))) return false;
    if (lastPrivate === null || lastPrivate.refused) return true;
    const last = await stored(lastPrivate);
    hear([last]);
    if (last.delivery !== "failed") return TAKEN.includes(last.delivery);
    if (/^occupant-/.test(last.failure?.condition ?? ""))
      await call("message.retry", { account: account(), id: last.id });
    else lastPrivate.refused = true;
    return lastPrivate.refused;
  }

  const own = (of: Written): Message | undefined => (of.place === "private" ? undefined : latest(name, of.number));

  return {
    perform: (act) => (act.what === "text" ? write(act.of) : change(act)),
    mayWrite: async (place) =>
      place !== "private" || (isAlive() && (await isPrivateFree().catch((): boolean => false))),
    mayCorrect(of) {
      const delivery = own(of)?.delivery;
      return delivery !== undefined && delivery !== "failed";
    },
    // One that has not left yet would simply be gone.
    mayRetract: (of) => TAKEN.includes(own(of)?.delivery ?? null),
    mayReactTo: (of) => latest(of.sender, of.number)?.reactable === true,
  };
}
