import { expect, it } from "vitest";
import { csi } from "./csi.ts";
import { began, fixture, stanza } from "../testing/feature.ts";

const features = stanza("<features><csi xmlns='urn:xmpp:csi:0'/></features>");
const names = (sent: readonly { name: string }[]): string[] => sent.map((one) => one.name);

it("sends inactive once, and again in every session including resumed ones (XEP-0352 §5.2)", async () => {
  const { ports, sent } = fixture();
  const feature = csi(ports);
  await feature.online!(began(false, { features }));
  expect(sent).toEqual([]);
  feature.setActive(false);
  feature.setActive(false);
  expect(names(sent)).toEqual(["inactive"]);
  await feature.online!(began(true, { features }));
  await feature.online!(began(true));
  feature.setActive(true);
  expect(names(sent)).toEqual(["inactive", "inactive", "inactive", "active"]);
});

it("sends nothing if the server does not support it, or binding has done it", async () => {
  const { ports, sent } = fixture();
  const feature = csi(ports);
  await feature.online!(began(false));
  feature.setActive(false);
  await feature.online!(began(false, { features, bound: { carbons: false, csi: true } }));
  expect(sent).toEqual([]);
});
