/** Who wrote or did something, as it is stored. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Author } from "../../model/message.ts";

export interface AuthorRow {
  outgoing: number;
  sender: string;
  nickname: string | null;
  occupant_id: string | null;
  real_jid: string | null;
  stay: string | null;
}

export const authorOf = ({ outgoing, sender, nickname, occupant_id, real_jid, stay }: AuthorRow): Author => ({
  outgoing: outgoing === 1,
  address: sender as BareJid,
  occupant: nickname === null ? null : { nickname, occupantId: occupant_id, jid: real_jid as BareJid | null },
  stay,
});
