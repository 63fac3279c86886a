/** The sentence for a stanza error condition; network input is never used as a key unchecked. */
import { english } from "../../i18n/en/index.ts";

type Failure = Exclude<keyof (typeof english)["failure"], "said">;

export const failureKey = (condition: string): `failure.${Failure}` =>
  condition !== "said" && Object.hasOwn(english.failure, condition)
    ? `failure.${condition as Failure}`
    : "failure.other";
