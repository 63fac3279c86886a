/** The dialogs about services. Loaded when the first one is opened. */
import { CommandDialog } from "./CommandDialog.tsx";
import { DiscoDialog } from "./DiscoDialog.tsx";
import { PubsubDialog } from "./PubsubDialog.tsx";
import { VcardDialog } from "./VcardDialog.tsx";
import type { ServiceView } from "../state/dialogs.ts";

export default function ServiceDialog({ view, onClose }: { view: ServiceView; onClose(): void }) {
  switch (view.kind) {
    case "command":
      return <CommandDialog view={view} onClose={onClose} />;
    case "disco":
      return <DiscoDialog view={view} onClose={onClose} />;
    case "pubsub":
      return <PubsubDialog view={view} onClose={onClose} />;
    case "vcard":
      return <VcardDialog view={view} onClose={onClose} />;
  }
}
