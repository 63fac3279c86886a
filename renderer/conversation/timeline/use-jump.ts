/** Shows the message that the gallery or the viewer leads to, and marks it for a moment. */
import { useEffect, type RefObject } from "react";
import type { VirtualizerHandle } from "virtua";
import type { ChatKey, MessageId } from "../../../shared/model/primitives.ts";
import { t } from "../../i18n/index.ts";
import { logged } from "../../log.ts";
import { jumped, useJump } from "../../state/messages/jump.ts";
import { loadBackTo } from "../../state/messages/messages.ts";
import { showToast } from "../../state/toasts.ts";
import type { TimelineItem } from "./timeline-items.ts";

/** How long the mark fades, ms. */
const MARKED = 2_000;
/** Frames in which a line must be drawn after scrolling to it. */
const FRAMES = 20;

interface Drawn {
  list: RefObject<VirtualizerHandle | null>;
  scroller: RefObject<HTMLElement | null>;
  /** The lines as drawn last. */
  items: RefObject<readonly (TimelineItem | { kind: "begin" | "missing"; key: string })[]>;
  /** Called before scrolling: the view leaves the end. */
  leaveEnd(): void;
}

export function useJumps({ account, jid }: ChatKey, { list, scroller, items, leaveEnd }: Drawn): void {
  const wanted = useJump(({ to }) => (to?.account === account && to.jid === jid ? to.id : null));
  useEffect(() => {
    if (wanted === null) return undefined;
    let isHere = true;
    let frame = 0;
    const mark = (left: number): void => {
      const bubble = scroller.current?.querySelector<HTMLElement>(`[data-message="${wanted}"]`) ?? null;
      if (bubble === null) {
        if (left > 0) frame = requestAnimationFrame(() => mark(left - 1));
        return;
      }
      const colours = ["color-mix(in srgb, var(--accent) 26%, transparent)", "transparent"];
      bubble.animate({ backgroundColor: colours }, { duration: MARKED, easing: "ease-in" });
      const stop = bubble.querySelector<HTMLElement>("button, a, [tabindex]");
      (stop ?? scroller.current)?.focus({ preventScroll: true });
    };
    const show = (): void => {
      const at = items.current.findIndex((item) => isOf(item, wanted));
      if (at === -1) showToast({ tone: "neutral", text: t("chat.messageNotFound") });
      else {
        leaveEnd();
        list.current?.scrollToIndex(at, { align: "center" });
        mark(FRAMES);
      }
      jumped();
    };
    loadBackTo({ account, jid }, wanted)
      .catch(logged("the way to a message could not be loaded"))
      // The lines are drawn in the next frames, and the view first opens where it wants.
      .finally(() => {
        if (isHere) frame = requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(show)));
      });
    return () => {
      isHere = false;
      cancelAnimationFrame(frame);
    };
  }, [wanted, account, jid, list, scroller, items, leaveEnd]);
}

const isOf = (item: { kind: string; message?: { id: MessageId } }, id: MessageId): boolean =>
  item.kind === "message" && item.message?.id === id;
