/**
 * Answers the core's requests: correctly, mutated, with an error, twice, late, or not at all. Our own server always
 * answers in the end, and pings at once, because a silent server may cost the stream.
 */
import type { Element } from "@xmpp/xml";
import type { Chance } from "../faults/chance.ts";
import { CONTACTS, DOMAIN, FULL_JID, ME, ROOMS } from "./names.ts";
import type { Correspondent } from "./envelopes.ts";
import type { Mutator } from "./mutate.ts";
import { questionIn } from "./questions.ts";
import { answers, entering, errors, fin, messages, refusals, result, rooms } from "./templates/index.ts";
import { attribute, child, copyOf, elementsOf, setAttribute, textOf, treeFrom, type Tree } from "./tree.ts";

/** Delay of a late answer, in ms. */
const LATE = 300;
const MOST_RESULTS = 12;

export interface Answering {
  /** Handles a stanza from the core. */
  hear(stanza: Element, reply: (text: string) => void): void;
  /** Share of mutated answers: 0 none, 1 nearly all. */
  malice: number;
  stop(): void;
}

interface Ports {
  chance: Chance;
  mutator: Mutator;
  filler: () => (text: string) => string;
  correspondent: Correspondent;
  /** Called with each stanza that is sent. */
  sent(text: string): void;
}

export function createAnswering({ chance, mutator, filler, correspondent, sent }: Ports): Answering {
  const timers = new Set<NodeJS.Timeout>();
  const self: Answering = { hear, malice: 0, stop: () => timers.forEach(clearTimeout) };
  const later = (what: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      what();
    }, LATE).unref();
    timers.add(timer);
  };
  const changed = (tree: Tree): Tree => (chance.is(self.malice) ? mutator.mutate(tree) : tree);

  function addressed(answer: Tree, iq: Tree): Tree {
    const to = attribute(iq, "to");
    setAttribute(answer, "id", attribute(iq, "id"));
    setAttribute(answer, "to", FULL_JID);
    setAttribute(answer, "from", to);
    return answer;
  }
  const honestError = (iq: Tree): Tree => addressed(copyOf(errors[0]!), iq);

  /** Answers for what the correspondent has published are never mutated, so that encrypted messages are readable. */
  function published(iq: Tree): Tree | null {
    if (attribute(iq, "to") !== CONTACTS[0]) return null;
    const items = elementsOf(iq).find(({ name }) => name === "items");
    const node = items === undefined ? "" : (attribute(items, "node") ?? "");
    const payload = node.endsWith(".devicelist")
      ? correspondent.list
      : node.endsWith(`.bundles:${correspondent.id}`)
        ? correspondent.bundle
        : null;
    if (payload === null) return null;
    const item: Tree = { name: "item", attributes: [["id", "current"]], children: [payload] };
    const pubsub: Tree = {
      name: "pubsub",
      attributes: [["xmlns", "http://jabber.org/protocol/pubsub"]],
      children: [{ name: "items", attributes: [["node", node]], children: [item] }],
    };
    return { name: "iq", attributes: [["type", "result"]], children: [pubsub] };
  }

  function answerTo(iq: Tree): Tree {
    const known = published(iq);
    if (known !== null) return known;
    if (chance.is(0.1 * self.malice)) return copyOf(chance.pick(errors));
    const affiliation =
      elementsOf(iq)
        .map((one) => attribute(one, "affiliation"))
        .find((one) => one !== undefined) ?? "member";
    const fill = filler();
    return copyOf(chance.pick(answers.get(questionIn(iq))!), (text) =>
      fill(text.replaceAll("{affiliation}", affiliation)),
    );
  }

  function request(iq: Tree, say: (tree: Tree) => void): void {
    const to = attribute(iq, "to");
    const isOurs = to === undefined || to === ME || to === DOMAIN;
    if (child(iq, "ping", "urn:xmpp:ping") !== undefined && isOurs) {
      say(addressed({ name: "iq", attributes: [["type", "result"]], children: [] }, iq));
      return;
    }
    const query = child(iq, "query", "urn:xmpp:mam:2");
    if (query !== undefined) page(iq, attribute(query, "queryid") ?? "", say);
    else if (isOurs || !chance.is(0.03 * self.malice)) {
      const answer = changed(addressed(answerTo(iq), iq));
      // A missing or wrong answer of a service times out; silence of our own server would be the server's fault.
      if (chance.is(0.05 * self.malice)) later(() => say(answer));
      else say(answer);
      if (chance.is(0.03 * self.malice)) say(answer);
    }
    if (isOurs) later(() => say(honestError(iq)));
  }

  /** A page of an archive (XEP-0313 §4): the results, then the end. */
  function page(iq: Tree, query: string, say: (tree: Tree) => void): void {
    const archive = attribute(iq, "to") ?? ME;
    const isRoom = ROOMS.some((room) => room === archive);
    for (let count = chance.between(0, MOST_RESULTS); count > 0; count--) {
      const fill = filler();
      const named = (text: string): string =>
        fill(
          text
            .replaceAll("{archive}", archive)
            .replaceAll("{query}", query)
            .replaceAll("{room}", isRoom ? archive : ROOMS[0]),
        );
      const entry = copyOf(result, named);
      const inside = changed(copyOf(chance.pick(isRoom ? rooms : messages), named));
      setAttribute(inside, "xmlns", "jabber:client");
      elementsOf(entry)
        .find(({ name }) => name === "forwarded")!
        .children.push(inside);
      say(chance.is(0.3 * self.malice) ? mutator.mutate(entry) : entry);
    }
    const end = addressed(copyOf(fin, filler()), iq);
    // Most pages are the last one; otherwise catching up would never end.
    say(chance.is(0.3) ? changed(end) : end);
    later(() => say(honestError(iq)));
  }

  /** Answers a join (XEP-0045 §7.2). */
  function presence(stanza: Tree, say: (tree: Tree) => void): void {
    const to = attribute(stanza, "to") ?? "";
    const [room, nickname] = [to.split("/", 1)[0]!, to.slice(to.indexOf("/") + 1)];
    if (!to.includes("/") || attribute(stanza, "type") !== undefined) return;
    if (chance.is(0.2 * self.malice)) {
      const fill = filler();
      const refused = chance.pick(refusals);
      say(changed(copyOf(refused, (text) => fill(text.replaceAll("{room}", room).replaceAll("{mine}", nickname)))));
      return;
    }
    for (const one of entering) {
      const fill = filler();
      const tree = copyOf(one, (text) => fill(text.replaceAll("{room}", room).replaceAll("{mine}", nickname)));
      say(chance.is(0.2 * self.malice) ? mutator.mutate(tree) : tree);
    }
  }

  function hear(element: Element, reply: (text: string) => void): void {
    const say = (tree: Tree): void => {
      const text = textOf(tree);
      sent(text);
      reply(text);
    };
    if (element.is("iq") && /^(get|set)$/.test(String(element.attrs["type"]))) {
      correspondent.hear(element);
      request(treeFrom(element), say);
    } else if (element.is("presence")) presence(treeFrom(element), say);
    else if (element.is("message") && element.attrs["type"] === "groupchat" && chance.is(0.8)) {
      // The room sends the message to all occupants, including us.
      const echo = treeFrom(element);
      setAttribute(echo, "from", `${attribute(echo, "to") ?? ROOMS[0]}/Alice`);
      setAttribute(echo, "to", FULL_JID);
      say(changed(echo));
    }
  }

  return self;
}
