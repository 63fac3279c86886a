/** The templates as trees, grouped by purpose, and their vocabulary. */
import { vocabularyOf } from "../mutate.ts";
import { treeOf, type Tree } from "../tree.ts";
import { answerTemplates, errorTemplates, finTemplate, resultTemplate, type Question } from "./answers.ts";
import { messageTemplates } from "./messages.ts";
import { eventTemplates, presenceTemplates, requestTemplates } from "./people.ts";
import { enteringTemplates, leavingTemplates, refusalTemplates, roomTemplates } from "./rooms.ts";

const trees = (texts: readonly string[]): Tree[] => texts.map(treeOf);
const inIq =
  (type: "result" | "error") =>
  (inside: string): Tree =>
    treeOf(`<iq type='${type}'>${inside}</iq>`);

export const messages = trees(messageTemplates);
export const rooms = trees(roomTemplates);
export const leaving = trees(leavingTemplates);
export const refusals = trees(refusalTemplates);
export const entering = trees(enteringTemplates);
export const presences = trees(presenceTemplates);
export const events = trees(eventTemplates);
export const requests = trees(requestTemplates);
export const errors = errorTemplates.map(inIq("error"));
export const result = treeOf(resultTemplate);
export const fin = inIq("result")(finTemplate);
export const answers = new Map(
  Object.entries(answerTemplates).map(([question, texts]) => [question as Question, texts.map(inIq("result"))]),
);

/** Stanzas that may arrive at any time. */
export const unasked: readonly Tree[] = [...messages, ...rooms, ...presences, ...events, ...requests];
const all: readonly Tree[] = [
  ...unasked,
  ...leaving,
  ...refusals,
  ...entering,
  ...errors,
  result,
  fin,
  ...[...answers.values()].flat(),
];
export const vocabulary = vocabularyOf(all);
export { all as everything };
