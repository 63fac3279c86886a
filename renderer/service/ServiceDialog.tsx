/** The dialogs about services, whichever is asked for. Fetched when the first one is. */
import { hideService, type ServiceView } from "../state/service.ts";
import { CommandDialog } from "./CommandDialog.tsx";
import { DiscoDialog } from "./DiscoDialog.tsx";
import { PubsubDialog } from "./PubsubDialog.tsx";
import { VcardDialog } from "./VcardDialog.tsx";

export default function ServiceDialog({ view }: { view: ServiceView }) {
  const key = JSON.stringify(view);
  switch (view.kind) {
    case "command":
      return <CommandDialog key={key} view={view} onClose={hideService} />;
    case "disco":
      return <DiscoDialog key={key} view={view} onClose={hideService} />;
    case "pubsub":
      return <PubsubDialog key={key} view={view} onClose={hideService} />;
    case "vcard":
      return <VcardDialog key={key} view={view} onClose={hideService} />;
  }
}
