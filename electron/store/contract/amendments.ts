/** What is known of a message over time. */
import type { Version } from "../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";

export interface AmendmentReads {
  /** The texts that a message had and has, oldest first: of very many the first and the newest. */
  "message.versions": (args: { account: AccountId; id: MessageId }) => Version[];
  /** The name that the archive of its chat gives a message. Null: it has none. */
  "message.archiveId": (args: { account: AccountId; id: MessageId }) => string | null;
}
