/**
 * Kinds of text. Text for a stanza contains only what XML can carry (`xml-text.ts`): an invisible control character
 * that a person pastes is removed; a secret must not change unnoticed, so it is refused.
 */
import { z } from "zod";
import { isXmlText, xmlText } from "../xml-text.ts";

/** Text that a person types, several lines. */
export const linesSchema = (longest: number) => z.string().max(longest).overwrite(xmlText);

/** Text that a person types, one line; a pasted line feed becomes a space. */
export const lineSchema = (longest: number) =>
  z
    .string()
    .max(longest)
    .overwrite((text) => xmlText(text).replaceAll("\n", " "));

/** Marks the zod issue of a text that `exactSchema` refuses. */
export const NOT_XML = "not-xml";

/** A password or an identifier that must not be altered. May be empty. */
export const exactSchema = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine(isXmlText, { params: { code: NOT_XML }, message: "holds what XML cannot carry" });

/** Foreign text, for display only: truncated, since an overlong text must not invalidate the object it belongs to. */
export const shownSchema = (longest: number) =>
  z.string().overwrite((text) => (text.length <= longest ? text : text.slice(0, longest)));
