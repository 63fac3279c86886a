/** Making an account, in front of everything else, while the user is at it. */
import { lazy, Suspense } from "react";
import { useRegistration } from "../state/accounts/registration.ts";

const RegistrationDialog = lazy(() => import("./RegistrationDialog.tsx"));

export function Registration() {
  const start = useRegistration((state) => state.start);
  return (
    start !== null && (
      <Suspense fallback={null}>
        <RegistrationDialog start={start} />
      </Suspense>
    )
  );
}
