/**
 * Fills the archive of an account on a Prosody of ours, the way the server does it itself: a small module of its own
 * appends the messages when the server starts, before anybody can sign in.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import xml from "@xmpp/xml";
import { createChance } from "../faults/chance.ts";

export interface Seed {
  /** User whose archive it is, on `localhost`. */
  user: string;
  messages: number;
  /** Contacts contact0@localhost and so on, each with about as many messages, and with one at least if they suffice. */
  chats: number;
  seed: number;
}

const WORDS = "ja nein vielleicht morgen gestern Grüße Übung schön Straße the of and message archive 🐦 👋 heute Abend um acht bei dir oder bei mir".split(" ");
const YEAR = 365 * 24 * 3600;

/** Messages over the two years before `now`, in seconds since 1970; oldest first. */
function* messages({ user, messages: count, chats, seed }: Seed, now: number): Generator<{ when: number; with: string; xml: string }> {
  const { next: chance, is } = createChance(seed);
  const own = `${user}@localhost`;
  for (let n = 0; n < count; n++) {
    const contact = `contact${n < chats ? n : Math.floor(chance() * chats)}@localhost`;
    const ours = is(0.4);
    const id = `seed-${seed}-${n}`;
    const text = Array.from({ length: 2 + Math.floor(chance() * chance() * 60) }, () => WORDS[Math.floor(chance() * WORDS.length)]).join(" ");
    const message = xml(
      "message",
      { xmlns: "jabber:client", type: "chat", id, from: ours ? `${own}/phone` : `${contact}/x`, to: ours ? contact : own },
      xml("body", {}, `${n} ${text}`),
      xml("origin-id", { xmlns: "urn:xmpp:sid:0", id }),
      // Many clients ask for both, some for nothing.
      ...(is(0.7) ? [xml("request", { xmlns: "urn:xmpp:receipts" }), xml("markable", { xmlns: "urn:xmpp:chat-markers:0" })] : []),
    );
    yield { when: Math.floor(now - 3600 - 2 * YEAR * (1 - n / count)), with: contact, xml: message.toString() };
  }
}

const MODULE = `
local parse = require "util.xml".parse;
local json = require "util.json";
local archive = module:open_store("archive", "archive");
local path = module:get_option_string("archive_seed");
local file = io.open(path);
if file then
	for line in file:lines() do
		local one = json.decode(line);
		archive:append(one.user, nil, parse(one.xml), one.when, one.with);
	end
	file:close();
	os.remove(path);
end
`;

/** Options for `startProsody`; the messages are in the archive when it has started. @param folder for the seed, exists */
export function seeded(folder: string, seed: Seed): { modules: Record<string, string>; extraConfig: string } {
  const path = join(folder, "seed.jsonl");
  const lines = [...messages(seed, Date.now() / 1000)].map((one) => JSON.stringify({ user: seed.user, ...one }));
  writeFileSync(path, `${lines.join("\n")}\n`);
  return {
    modules: { archive_seed: MODULE },
    // Only the archive: several accounts are registered at the same time, and SQLite would refuse all but one of them.
    extraConfig: `archive_seed = ${JSON.stringify(path)}
storage = { archive = "sql" }; sql = { driver = "SQLite3", database = ${JSON.stringify(join(folder, "prosody.sqlite"))} }
sqlite_tune = "fast"; storage_archive_item_limit = 10000000`,
  };
}
