/** The history of a message. Its rows are in the table `amendments`: the name is on users' disks. */
import type { Version } from "../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";

export interface AnnotationReads {
  /** The texts of a message, oldest first. If there are very many: the first and the newest ones. */
  "message.versions": (args: { account: AccountId; id: MessageId }) => Version[];
  /** The archive id of a message. Null: it has none. */
  "message.archiveId": (args: { account: AccountId; id: MessageId }) => string | null;
}
