/**
 * Kinds of text. What goes into a stanza holds only what XML can carry (`xml-text.ts`): a person who pastes a control
 * character does not see it, so it is removed; a secret must not change behind their back, so it is refused.
 */
import { z } from "zod";
import { isXmlText, xmlText } from "../xml-text.ts";

/** What a person writes, of several lines. */
export const linesSchema = (longest: number) => z.string().max(longest).overwrite(xmlText);

/** What a person writes in one line; a line feed that was pasted becomes a space. */
export const lineSchema = (longest: number) =>
  z
    .string()
    .max(longest)
    .overwrite((text) => xmlText(text).replaceAll("\n", " "));

/** Marks the issue of a text that `exactSchema` refuses. */
export const NOT_XML = "not-xml";

/** A password or a name that counts exactly as it is. Empty is allowed. */
export const exactSchema = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine(isXmlText, { params: { code: NOT_XML }, message: "holds what XML cannot carry" });

/**
 * What somebody else wrote, for showing only: cut, since a text that is too long must not take away what it belongs to.
 */
export const shownSchema = (longest: number) =>
  z.string().overwrite((text) => (text.length <= longest ? text : text.slice(0, longest)));
