/** The rooms that a service lists (XEP-0030 §3) or finds (XEP-0433), page by page. */
import { useCallback, useRef, useState } from "react";
import type { ErrorCode } from "../../../../shared/ipc/index.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import type { FilledField } from "../../../../shared/model/form.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { FoundRoom, SearchAnswer, SearchRefusal } from "../../../../shared/model/room.ts";
import { errorCodeOf } from "../../../call-failed.ts";
import { call } from "../../../state/ipc.ts";

interface Question {
  service: BareJid;
  /** The search; null: all rooms that the service lists. */
  fields: FilledField[] | null;
}

interface Found {
  rooms: readonly FoundRoom[];
  next: string | null;
  status: "idle" | "loading" | "ready" | "failed";
  error: ErrorCode | null;
  refusal: SearchRefusal | null;
}
const NOTHING: Found = { rooms: [], next: null, status: "idle", error: null, refusal: null };

async function page(account: AccountId, { service, fields }: Question, after: string | null): Promise<SearchAnswer> {
  if (fields !== null) return call("room.search", { account, service, fields, after });
  return { ...(await call("room.find", { account, service, after })), refusal: null };
}

/** @returns the rooms, and functions that request the first page or the next, or clear the list */
export function useFound(account: AccountId): {
  found: Found;
  ask(question: Question): Promise<void>;
  more(): Promise<void>;
  clear(): void;
} {
  const [found, setFound] = useState<Found>(NOTHING);
  const asked = useRef<{ question: Question | null; turn: number }>({ question: null, turn: 0 });
  const read = useCallback(
    async (question: Question, after: string | null, before: readonly FoundRoom[]) => {
      const turn = ++asked.current.turn;
      asked.current.question = question;
      setFound({ ...NOTHING, rooms: before, status: "loading" });
      try {
        const { rooms, next, refusal } = await page(account, question, after);
        // Another request was made in the meantime.
        if (asked.current.turn !== turn) return;
        const known = new Set(before.map((one) => one.jid));
        const all = [...before, ...rooms.filter((one) => !known.has(one.jid))];
        setFound(
          refusal === null
            ? { ...NOTHING, rooms: all, next, status: "ready" }
            : { ...NOTHING, rooms: all, next: after, status: "failed", refusal },
        );
      } catch (error) {
        if (asked.current.turn === turn)
          setFound({ ...NOTHING, rooms: before, next: after, status: "failed", error: errorCodeOf(error) });
      }
    },
    [account],
  );
  const ask = useCallback((question: Question) => read(question, null, []), [read]);
  const clear = useCallback(() => {
    asked.current = { question: null, turn: asked.current.turn + 1 };
    setFound(NOTHING);
  }, []);
  const more = async (): Promise<void> => {
    const { question } = asked.current;
    if (question !== null && found.next !== null) await read(question, found.next, found.rooms);
  };
  return { found, ask, more, clear };
}
