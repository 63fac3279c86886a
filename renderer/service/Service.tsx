/** What a service is asked for and answers, in front of everything else, while the user is at it. */
import { lazy, Suspense } from "react";
import { useService } from "../state/service.ts";

const ServiceDialog = lazy(() => import("./ServiceDialog.tsx"));

export function Service() {
  const view = useService((state) => state.view);
  return (
    view !== null && (
      <Suspense fallback={null}>
        <ServiceDialog view={view} />
      </Suspense>
    )
  );
}
