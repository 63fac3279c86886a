/** Whatever stands in front of everything else. Fetched when it is first asked for. */
import { lazy, Suspense, useCallback, useEffect, useRef } from "react";
import { Switcher } from "../chatlist/Switcher.tsx";
import { focusComposer } from "../conversation/composer/focus-composer.ts";
import { isAboutChats, type Dialog } from "../state/dialogs.ts";
import { useNavigation } from "../state/navigation.ts";

const DevicesDialog = lazy(() => import("../devices/DevicesDialog.tsx"));
const InviteDialog = lazy(() => import("../roster/InviteDialog.tsx"));
const RegistrationDialog = lazy(() => import("../registration/RegistrationDialog.tsx"));
const RoomDialogs = lazy(() => import("../room/dialogs/RoomDialogs.tsx"));
const ServiceDialog = lazy(() => import("../service/ServiceDialog.tsx"));
const UriDialog = lazy(() => import("../uri/UriDialog.tsx"));

function Shown({ dialog }: { dialog: Exclude<Dialog, { kind: "switcher" }> }) {
  const { kind } = dialog;
  const onClose = useCallback(() => useNavigation.getState().closeDialog(kind), [kind]);
  switch (dialog.kind) {
    case "devices":
      return <DevicesDialog owner={dialog} onClose={onClose} />;
    case "invite-link":
      return <InviteDialog onClose={onClose} />;
    case "uri":
      return <UriDialog uri={dialog.uri} onClose={onClose} />;
    case "registration":
      return <RegistrationDialog start={dialog.start} onClose={onClose} />;
    case "service":
      return <ServiceDialog view={dialog.view} onClose={onClose} />;
    default:
      return <RoomDialogs dialog={dialog} onClose={onClose} />;
  }
}

/**
 * The focus goes back to what opened a dialog. That may be gone by then, such as a banner whose question is answered:
 * the focus must not be lost.
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

/** @param hasChats false where no chats are shown: nothing about them is asked there */
export function Dialogs({ hasChats }: { hasChats: boolean }) {
  const all = useNavigation((state) => state.dialogs);
  const dialogs = all.filter((one) => hasChats || !isAboutChats(one));
  // The switcher leads elsewhere, and to other dialogs: those see to the focus themselves.
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
