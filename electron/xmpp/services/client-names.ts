/** Names of client programs, by the node of their entity capabilities (XEP-0115 §4), which is a URL of the program. */

const NAMES: ReadonlyMap<string, string> = new Map([
  ["beagle.im", "Beagle"],
  ["conversations.im", "Conversations"],
  ["conversejs.org", "Converse"],
  ["dino.im", "Dino"],
  ["gajim.org", "Gajim"],
  ["jackdaw.chat", "Jackdaw"],
  ["monal-im.org", "Monal"],
  ["pidgin.im", "Pidgin"],
  ["profanity-im.github.io", "Profanity"],
  ["psi-im.org", "Psi"],
  ["psi-plus.com", "Psi+"],
  ["siskin.im", "Siskin"],
  ["swift.im", "Swift"],
]);

/**
 * @param node the `node` of a `<c/>`, from the network
 * @returns empty for an unknown program, because a node is free text
 */
export function clientName(node: unknown): string {
  if (typeof node !== "string" || node.length > 1024) return "";
  const host = /^https?:\/\/(?:www\.)?([a-z0-9.-]+)/i.exec(node)?.[1]?.toLowerCase() ?? "";
  return NAMES.get(host) ?? "";
}
