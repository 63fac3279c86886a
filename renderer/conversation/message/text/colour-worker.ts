/** Finds the colours of code in a thread of its own: some texts take long. */
import { highlight, type Piece } from "./highlight.ts";

export interface ColourTask {
  code: string;
  language: string;
}
/** Null: the language is not known. */
export type ColourAnswer = readonly Piece[] | null;

addEventListener("message", ({ data: { code, language } }: MessageEvent<ColourTask>) =>
  postMessage(highlight(code, language) satisfies ColourAnswer),
);
