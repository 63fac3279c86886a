/** The result of comparing the keys in an address with those in use. */
import type { Device, Verification } from "../../shared/model/encryption.ts";
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { Callout } from "../ui/feedback/Callout.tsx";

/** @param devices known devices, for their names */
export function VerificationResult({
  result,
  name,
  devices,
}: {
  result: Verification;
  name: string;
  devices: readonly Device[];
}) {
  const t = useText();
  const { list } = useFormats();
  const { verified, different, unknown } = result;
  const called = (id: number): string => devices.find((one) => one.id === id)?.label ?? t("encryption.unnamed", { id });
  return (
    <>
      {different.length > 0 && (
        <Callout tone="danger" title={t("encryption.resultDifferentTitle")}>
          {t("encryption.resultDifferent", { devices: list(different.map(called)), name })}
        </Callout>
      )}
      {verified.length > 0 && (
        <Callout tone="success">{t("encryption.resultVerified", { count: verified.length })}</Callout>
      )}
      {unknown.length > 0 && <Callout>{t("encryption.resultUnknown", { count: unknown.length })}</Callout>}
    </>
  );
}
