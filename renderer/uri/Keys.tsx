/** Keys that an address names, and what came of comparing them with those that are used here. */
import type { DeviceKey } from "../../shared/device-address.ts";
import { fingerprintGroups } from "../../shared/fingerprint.ts";
import type { Verification } from "../../shared/model/encryption.ts";
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { Callout } from "../ui/Callout.tsx";
import { Fact } from "./Facts.tsx";

export function Keys({ keys }: { keys: readonly DeviceKey[] }) {
  const t = useText();
  return keys.map(({ device, fingerprint }) => (
    <Fact key={device} label={t("encryption.unnamed", { id: device })}>
      {fingerprintGroups(fingerprint).join(" ")}
    </Fact>
  ));
}

export function VerifiedKeys({ result, name }: { result: Verification; name: string }) {
  const t = useText();
  const { list } = useFormats();
  const { verified, different, unknown } = result;
  const devices = list(different.map((id) => t("encryption.unnamed", { id })));
  return (
    <div role="status">
      {different.length > 0 && (
        <Callout tone="danger" title={t("encryption.resultDifferentTitle")}>
          {t("encryption.resultDifferent", { devices, name })}
        </Callout>
      )}
      {verified.length > 0 && <Callout tone="success">{t("encryption.resultVerified", { count: verified.length })}</Callout>}
      {unknown.length > 0 && <Callout>{t("encryption.resultUnknown", { count: unknown.length })}</Callout>}
    </div>
  );
}
