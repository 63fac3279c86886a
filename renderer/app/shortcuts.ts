/** The shortcuts that work everywhere in the window. */
import { useEffect } from "react";
import { useNavigation } from "../state/navigation.ts";
import { useSession } from "../state/accounts/session.ts";

function toggleSwitcher(): void {
  const { dialogs, showDialog, closeDialog } = useNavigation.getState();
  if (dialogs.some(({ kind }) => kind === "switcher")) closeDialog("switcher");
  else showDialog({ kind: "switcher" });
}

/** Of the open chat, else of all. */
function toggleGallery(): void {
  const { dialogs, openChat, showDialog, closeDialog, view } = useNavigation.getState();
  if (dialogs.some(({ kind }) => kind === "gallery")) closeDialog("gallery");
  else showDialog({ kind: "gallery", chat: view === "chat" ? openChat : null });
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const mac = useSession.getState().platform === "darwin";
  const command = mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  const navigation = useNavigation.getState();
  if (command && !event.altKey && !event.shiftKey) {
    if (event.key.toLowerCase() === "k") toggleSwitcher();
    else if (event.key === ",") navigation.openSettings();
    else return;
    event.preventDefault();
    return;
  }
  if (command && event.shiftKey && !event.altKey && event.key.toLowerCase() === "m") {
    event.preventDefault();
    return toggleGallery();
  }
  // Dialogs and menus handle Escape first; what remains closes from the outermost panel inwards.
  if (
    event.key !== "Escape" ||
    document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"][data-open]')
  )
    return;
  if (navigation.view === "settings") navigation.show("chat");
  else if (navigation.details) navigation.closeDetails();
}

/** Listens while the frame is shown. */
export function useShortcuts(): void {
  useEffect(() => {
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}
