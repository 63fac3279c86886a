/** All dialogs. Loaded when the first one is opened. */
import { lazy, Suspense, useCallback, useEffect, useRef } from "react";
import { Switcher } from "../chatlist/Switcher.tsx";
import { attachFiles } from "../conversation/files/attach.ts";
import { focusComposer } from "../conversation/composer/focus-composer.ts";
import type { ChatKey } from "../../shared/model/primitives.ts";
import { useText } from "../i18n/index.ts";
import { isAboutChats, type Dialog } from "../state/dialogs.ts";
import { useNavigation } from "../state/navigation.ts";

const DevicesDialog = lazy(() => import("../devices/DevicesDialog.tsx"));
const Gallery = lazy(() => import("../files/gallery/Gallery.tsx"));
const InviteDialog = lazy(() => import("../roster/InviteDialog.tsx"));
const RegistrationDialog = lazy(() => import("../registration/RegistrationDialog.tsx"));
const RoomDialogs = lazy(() => import("../room/dialogs/RoomDialogs.tsx"));
const ServiceDialog = lazy(() => import("../service/ServiceDialog.tsx"));
const UriDialog = lazy(() => import("../uri/UriDialog.tsx"));
const Viewer = lazy(() => import("../files/viewer/Viewer.tsx"));

/** The files go beside the composer of the chat that is chosen. */
function Share({ files, onClose }: { files: readonly File[]; onClose(): void }) {
  const t = useText();
  const choose = useCallback(
    (chat: ChatKey) => {
      attachFiles(chat, files, t);
      useNavigation.getState().open(chat);
    },
    [files, t],
  );
  return <Switcher isOpen title={t("chat.shareWith")} onChoose={choose} onClose={onClose} />;
}

function Shown({ dialog }: { dialog: Exclude<Dialog, { kind: "switcher" }> }) {
  const { kind } = dialog;
  const onClose = useCallback(() => useNavigation.getState().closeDialog(kind), [kind]);
  switch (dialog.kind) {
    case "devices":
      return <DevicesDialog owner={dialog} onClose={onClose} />;
    case "gallery":
      return <Gallery chat={dialog.chat} onClose={onClose} />;
    case "viewer":
      return <Viewer chat={dialog.chat} at={dialog.at} onClose={onClose} />;
    case "invite-link":
      return <InviteDialog onClose={onClose} />;
    case "uri":
      return <UriDialog uri={dialog.uri} onClose={onClose} />;
    case "share":
      return <Share files={dialog.files} onClose={onClose} />;
    case "registration":
      return <RegistrationDialog start={dialog.start} onClose={onClose} />;
    case "service":
      return <ServiceDialog view={dialog.view} onClose={onClose} />;
    default:
      return <RoomDialogs dialog={dialog} onClose={onClose} />;
  }
}

/**
 * Returns the focus to the element that opened a dialog. If that no longer exists, such as an answered banner, the
 * focus must not be lost.
 */
function useFocusBack(isOpen: boolean): void {
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current && !isOpen)
      requestAnimationFrame(() => {
        const { dialogs } = useNavigation.getState();
        if (dialogs.length === 0 && document.activeElement === document.body) focusComposer();
      });
    wasOpen.current = isOpen;
  }, [isOpen]);
}

/** @param hasChats false if no chats are shown: dialogs about them are left out */
export function Dialogs({ hasChats }: { hasChats: boolean }) {
  const all = useNavigation((state) => state.dialogs);
  const dialogs = all.filter((one) => hasChats || !isAboutChats(one));
  // The switcher leads to another view or dialog, which takes the focus itself.
  useFocusBack(dialogs.some(({ kind }) => kind !== "switcher"));
  return (
    <>
      {dialogs.map((one) =>
        one.kind === "switcher" ? null : (
          <Suspense key={JSON.stringify(one)} fallback={null}>
            <Shown dialog={one} />
          </Suspense>
        ),
      )}
      {hasChats && (
        <Switcher
          isOpen={dialogs.some(({ kind }) => kind === "switcher")}
          onClose={() => useNavigation.getState().closeDialog("switcher")}
        />
      )}
    </>
  );
}
