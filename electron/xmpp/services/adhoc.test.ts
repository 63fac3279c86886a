/**
 * Ad-hoc commands (XEP-0050) with behaviour that Prosody does not have: several steps, hidden fields, refusals, floods.
 */
import xml from "@xmpp/xml";
import { describe, expect, it } from "vitest";
import { commandStepSchema } from "../../../shared/model/service.ts";
import { adHoc } from "./adhoc.ts";
import { fixture, stanza } from "../testing/feature.ts";
import { StanzaError } from "../stream.ts";

const at = "service.example.org";
const result = (inner: string) => () => stanza(`<iq type='result'>${inner}</iq>`);
const command = (attrs: string, inner = "") =>
  result(`<command xmlns='http://jabber.org/protocol/commands' node='n' ${attrs}>${inner}</command>`);
const form = (inner: string, type = "form") => `<x xmlns='jabber:x:data' type='${type}'>${inner}</x>`;
const field = (name: string, value: string, type = "text-single") =>
  `<field var='${name}' type='${type}'><value>${value}</value></field>`;

function make() {
  const { ports, sent, answers } = fixture();
  return { commands: adHoc(ports.stream), sent, answers };
}

describe("ad-hoc command (XEP-0050)", () => {
  it("runs step by step with session and hidden fields, backwards, and on to its result", async () => {
    const { commands, sent, answers } = make();
    answers.push(
      command(
        "sessionid='s' status='executing'",
        `<actions execute='complete'><prev/><next/><complete/></actions>${form(`<title>T</title><instructions>I</instructions>${field("FORM_TYPE", "type", "hidden")}${field("secret", "1", "hidden")}${field("a", "x")}`)}`,
      ),
      command("sessionid='s' status='executing'", form(field("b", ""))),
      command("sessionid='s' status='executing'", form(field("a", "x"))),
      command(
        "sessionid='s' status='completed'",
        `<note type='warn'>Careful</note><note type='unheard-of'>So</note>${form(field("sum", "3"), "result")}`,
      ),
    );
    const first = await commands.execute(at, "n");
    expect(first).toMatchObject({
      session: "s",
      status: "executing",
      title: "T",
      instructions: "I",
      actions: ["complete", "next", "prev"],
      fields: [{ name: "a" }],
    });
    const of = { jid: at, node: "n", session: "s" };
    expect(await commands.continue({ ...of, action: "next", fields: [{ name: "a", values: ["y"] }] })).toMatchObject({
      actions: ["complete"],
    });
    expect(sent[1]!.toString()).toContain(
      'action="next" sessionid="s"><x xmlns="jabber:x:data" type="submit"><field var="FORM_TYPE" type="hidden"><value>type</value></field><field var="secret"><value>1</value></field><field var="a"><value>y</value></field></x>',
    );
    await commands.continue({ ...of, action: "prev", fields: [] });
    expect(sent[2]!.toString()).not.toContain("<x ");
    const last = await commands.continue({ ...of, action: "complete", fields: [] });
    expect(last).toMatchObject({
      status: "completed",
      fields: [],
      actions: [],
      result: { facts: [{ name: "sum", values: ["3"] }] },
    });
    expect(last.notes).toEqual([
      { tone: "warn", text: "Careful" },
      { tone: "info", text: "So" },
    ]);
  });

  it("can repeat a refused step, with its hidden fields", async () => {
    const { commands, sent, answers } = make();
    answers.push(
      command("sessionid='s' status='executing'", form(field("secret", "1", "hidden"))),
      () => {
        throw new StanzaError("bad-request", "modify", "no");
      },
      command("sessionid='s' status='completed'"),
    );
    await commands.execute(at, "n");
    const go = () => commands.continue({ jid: at, node: "n", session: "s", action: "complete", fields: [] });
    await expect(go()).rejects.toThrow(StanzaError);
    expect(await go()).toMatchObject({ status: "completed" });
    expect(sent[2]!.toString()).toContain('var="secret"');
  });

  it("from a hostile service is bounded, and satisfies the contract", async () => {
    const { commands, answers } = make();
    const many = (n: number, one: string) => one.repeat(n);
    answers.push(
      command(
        `sessionid='${"s".repeat(9_000)}' status='executing'`,
        many(500, `<note type='info'>${"n".repeat(9_000)}</note>`) +
          form(many(900, field("f", "v"))) +
          form(`<reported>${many(90, field("c", ""))}</reported>${many(900, "<item/>")}`, "result"),
      ),
      command("status='__proto__'"),
      result(""),
      result(
        `<query xmlns='http://jabber.org/protocol/disco#items'><item/><item node='${"x".repeat(2_000)}'/>${many(900, "<item node='n' name='N'/>")}</query>`,
      ),
    );
    const step = await commands.execute(at, "n");
    expect(commandStepSchema.safeParse(step).error).toBeUndefined();
    expect([step.notes.length, step.fields.length, step.result.rows.length, step.result.columns.length]).toEqual([
      20, 200, 500, 20,
    ]);
    expect(await commands.execute(at, "n")).toMatchObject({ status: "completed", session: null });
    expect(await commands.execute(at, "n")).toMatchObject({ status: "completed" });
    expect(await commands.list(at)).toHaveLength(198);
  });

  it("lists commands with the request of XEP-0050", async () => {
    const { commands, sent, answers } = make();
    answers.push(result(""));
    expect(await commands.list(at)).toEqual([]);
    expect(sent[0]!.toString()).toBe(
      xml(
        "iq",
        { type: "get", to: at },
        xml("query", { xmlns: "http://jabber.org/protocol/disco#items", node: "http://jabber.org/protocol/commands" }),
      ).toString(),
    );
  });
});
