/** Asks about the `xmpp:` address that was clicked, pasted or given to the program. */
import { lazy, Suspense } from "react";
import { dismissUri, useUri } from "../state/uri.ts";

const UriDialog = lazy(() => import("./UriDialog.tsx"));

export function UriQuestion() {
  const uri = useUri((state) => state.requested);
  return (
    uri !== null && (
      <Suspense fallback={null}>
        <UriDialog key={uri} uri={uri} onClose={dismissUri} />
      </Suspense>
    )
  );
}
