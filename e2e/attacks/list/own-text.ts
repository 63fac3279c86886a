/** Attack class "our own poison" (finding 3): the user is tricked into pasting what XML cannot carry. */
import type { MessageId } from "../../../shared/model/primitives.ts";
import type { Attack, Scene } from "../attack.ts";

const characters = {
  "U+0002": "a\u0002b",
  "U+0000": "a\u0000b",
  "U+001B": "a\u001bb",
  "U+FFFE": "a\ufffeb",
  "a half of a surrogate pair": "a\ud800b",
};
const STX = characters["U+0002"];

const says = ({ victim, friend }: Scene, body: string): Promise<void> =>
  victim.tries("message.send", { jid: friend, body, encryption: "none" });

const attack = (name: string, send: Attack["send"]): Attack => ({ name, where: "own outgoing text", send });

/** Sends a message to the friend and passes its id to `work`. */
async function withMessage({ victim, friend }: Scene, work: (id: MessageId) => Promise<void>): Promise<void> {
  const { id } = await victim.call("message.send", { jid: friend, body: "to be changed", encryption: "none" });
  await work(id);
}

export const ownText: Attack[] = [
  ...Object.entries(characters).map(([what, text]) => attack(`a body with ${what}`, (scene) => says(scene, text))),
  attack("a body in the room with U+0002", ({ victim, room }) =>
    victim.tries("message.send", { jid: room, body: STX, encryption: "none" }),
  ),
  {
    ...attack("a correction with U+0002", (scene) =>
      withMessage(scene, (id) => scene.victim.tries("message.correct", { id, body: STX })),
    ),
    onlyLive: true,
  },
  ...Object.entries({ "U+0002": STX, "U+FFFE": characters["U+FFFE"] }).map(([what, status]) =>
    attack(`a status text with ${what}`, ({ victim }) =>
      victim.tries("account.setPresence", { presence: { show: "available", status } }),
    ),
  ),
  attack("a room's subject with U+0002", ({ victim, room }) =>
    victim.tries("room.setSubject", { jid: room, subject: STX }),
  ),
  attack("a nickname in a room with U+FFFE", ({ victim, room }) =>
    victim.tries("room.setNickname", { jid: room, nickname: characters["U+FFFE"] }),
  ),
  attack("a bookmarked room's password with U+0002", ({ victim }) =>
    victim.tries("room.join", {
      jid: "guarded@conference.localhost",
      nickname: "Alice",
      password: STX,
      autojoin: true,
    }),
  ),
  attack("a bookmarked room's nickname with U+0002", ({ victim }) =>
    victim.tries("room.join", { jid: "named@conference.localhost", nickname: STX, password: null, autojoin: true }),
  ),
  attack("a contact's name with U+0002", ({ victim, evil }) =>
    victim.tries("roster.rename", { jid: evil.jid, name: STX }),
  ),
  attack("a contact's group with U+001B", ({ victim, evil }) =>
    victim.tries("roster.setGroups", { jid: evil.jid, groups: [characters["U+001B"]] }),
  ),
  attack("the name of a contact who is added with U+0002", ({ victim }) =>
    victim.tries("roster.add", { jid: "new@localhost", name: STX, groups: [STX], preauth: STX }),
  ),
  attack("the reason of an invitation with U+0002", ({ victim, room, friend }) =>
    victim.tries("room.invite", { jid: room, person: friend, reason: STX }),
  ),
  attack("the reason of a ban with U+0002", ({ victim, room }) =>
    victim.tries("room.setAffiliation", {
      jid: room,
      person: "nobody@localhost",
      affiliation: "outcast",
      reason: STX,
    }),
  ),
  attack("the name of a new room with U+0002", ({ victim }) =>
    victim.tries("room.create", {
      jid: `new${Date.now()}@conference.localhost`,
      nickname: "Alice",
      name: STX,
      kind: "group",
    }),
  ),
  attack("a field of a room's form with U+0002", ({ victim, room }) =>
    victim.tries("room.configure", { jid: room, fields: [{ name: "muc#roomconfig_roomname", values: [STX] }] }),
  ),
  attack("a node that is asked for with U+0002", async ({ victim, room, evil }) => {
    await victim.tries("disco.info", { at: room, node: STX });
    await victim.tries("pubsub.items", { at: evil.jid, node: STX, item: STX });
  }),
  attack("200 bodies with U+0002 before the next message", async (scene) => {
    for (let count = 0; count < 200; count++) await says(scene, `${count} ${STX}`);
  }),
];
