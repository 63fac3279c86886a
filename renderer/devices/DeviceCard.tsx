/** One device: its key, trust, and possible decisions. */
import { Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Device, Trust } from "../../shared/model/encryption.ts";
import type { ChatKey } from "../../shared/model/primitives.ts";
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { removeDevice, setTrust } from "../state/devices.ts";
import { Button } from "../ui/Button.tsx";
import { Callout } from "../ui/feedback/Callout.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { useAct } from "../state/act.ts";
import { DeviceKey } from "./DeviceKey.tsx";
import styles from "./Devices.module.css";
import { KeyAlarm } from "./KeyAlarm.tsx";
import { TrustChip } from "./TrustChip.tsx";

export interface DeviceCardProps {
  owner: ChatKey;
  /** The owner is this account itself. */
  isOurs: boolean;
  /** The owner's name. */
  name: string;
  device: Device;
}

const SAID = {
  verified: "encryption.nowVerified",
  trusted: "encryption.nowTrusted",
  distrusted: "encryption.nowDistrusted",
} as const;

/** The buttons for a known key. The comparison opens below them, so that both fingerprints are visible. */
function Decisions({ owner, isOurs, name, device, fingerprint }: DeviceCardProps & { fingerprint: string }) {
  const t = useText();
  const { isBusy, act } = useAct();
  const [isComparing, setComparing] = useState(false);
  const group = useRef<HTMLDivElement>(null);
  const { trust } = device;
  // Both fingerprints must be visible together with the question.
  useEffect(() => {
    if (isComparing) group.current?.closest("article")?.scrollIntoView({ block: "nearest" });
  }, [isComparing]);

  async function decide(next: Exclude<Trust, "undecided">): Promise<void> {
    const key = { account: owner.account, jid: owner.jid, device: device.id, fingerprint };
    if (!isBusy && (await act(() => setTrust(key, next), t(SAID[next])))) close();
  }

  /** The buttons are replaced by others; the focus stays with the device. */
  function close(): void {
    setComparing(false);
    group.current?.focus();
  }

  return (
    <div ref={group} className={styles.decisions} tabIndex={-1}>
      {isComparing ? (
        <div className={styles.compare}>
          <p>{isOurs ? t("encryption.verifyOwnText") : t("encryption.verifyText", { name })}</p>
          <div className={styles.actions}>
            <Button size="small" variant="primary" autoFocus onPress={() => void decide("verified")}>
              {t("encryption.same")}
            </Button>
            <Button size="small" onPress={() => void decide("distrusted")}>
              {t("encryption.different")}
            </Button>
            <Button size="small" variant="quiet" onPress={close}>
              {t("common.cancel")}
            </Button>
          </div>
        </div>
      ) : (
        <div className={styles.actions}>
          {(trust === "trusted" || trust === "undecided") && (
            <Button
              size="small"
              variant={trust === "undecided" ? "primary" : "secondary"}
              onPress={() => setComparing(true)}
            >
              {t("encryption.verify")}
            </Button>
          )}
          {(trust === "undecided" || trust === "distrusted") && (
            <Button size="small" onPress={() => void decide("trusted")}>
              {t(trust === "undecided" ? "encryption.trustIt" : "encryption.trustAgain")}
            </Button>
          )}
          {trust !== "distrusted" && (
            <Button size="small" variant="danger-quiet" onPress={() => void decide("distrusted")}>
              {t("encryption.distrust")}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function Remove({ owner, device, called }: { owner: ChatKey; device: Device; called: string }) {
  const t = useText();
  const { isBusy, act } = useAct();
  const [isAsking, setAsking] = useState(false);
  async function remove(): Promise<void> {
    if (await act(() => removeDevice(owner.account, device.id), t("encryption.removed", { name: called })))
      setAsking(false);
  }
  return (
    <>
      <Button
        size="small"
        variant="danger-quiet"
        icon={<Trash2 size={15} aria-hidden="true" />}
        onPress={() => setAsking(true)}
      >
        {t("encryption.remove")}
      </Button>
      <Dialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        role="alertdialog"
        tone="danger"
        icon={<Trash2 />}
        title={t("encryption.removeTitle", { name: called })}
        actions={
          <>
            <Button autoFocus onPress={() => setAsking(false)}>
              {t("common.cancel")}
            </Button>
            <Button variant="danger" isPending={isBusy} onPress={() => void remove()}>
              {t("encryption.removeConfirm")}
            </Button>
          </>
        }
      >
        <p>{t("encryption.removeText")}</p>
      </Dialog>
    </>
  );
}

export function DeviceCard({ owner, isOurs, name, device }: DeviceCardProps) {
  const t = useText();
  const { date } = useFormats();
  const { id, label, fingerprint, trust, bundle, changedFingerprint } = device;
  const called = label ?? t("encryption.unnamed", { id });
  const facts = [
    label !== null && t("encryption.idOf", { id }),
    device.lastUsedAt === null
      ? t("encryption.neverUsed")
      : t("encryption.lastUsed", { date: date(device.lastUsedAt) }),
    t("encryption.since", { date: date(device.firstSeenAt) }),
  ];
  const isAlarm = changedFingerprint !== null;
  // The effect is only described if messages could be encrypted for the device.
  const hasEffect = device.active && (bundle === "ok" || bundle === "unknown");
  return (
    <article className={styles.card} aria-label={called} data-device={id}>
      <header className={styles.head}>
        <h3 className={styles.name}>
          <bdi>{called}</bdi>
        </h3>
        {!isAlarm && <TrustChip trust={trust} />}
        <p className={styles.facts}>{facts.filter(Boolean).join(" · ")}</p>
      </header>
      {isAlarm ? (
        <KeyAlarm owner={owner} isOurs={isOurs} name={name} device={device} changed={changedFingerprint} />
      ) : fingerprint === null ? (
        <p className={styles.note}>{t("encryption.noKey")}</p>
      ) : (
        <>
          {hasEffect && <p className={styles.note}>{t(`encryption.trustHint-${trust}`)}</p>}
          <DeviceKey fingerprint={fingerprint} />
        </>
      )}
      {device.active && (bundle === "missing" || bundle === "bad") && (
        <Callout tone="warning">{t(`encryption.bundle-${bundle}`)}</Callout>
      )}
      <footer className={styles.foot}>
        {fingerprint !== null && !isAlarm && (
          <Decisions owner={owner} isOurs={isOurs} name={name} device={device} fingerprint={fingerprint} />
        )}
        {isOurs && device.active && <Remove owner={owner} device={device} called={called} />}
      </footer>
    </article>
  );
}
