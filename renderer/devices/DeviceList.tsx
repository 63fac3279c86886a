/** The devices of one owner: those that need a decision first, inactive ones folded. */
import { ChevronRight } from "lucide-react";
import { Button as AriaButton, Disclosure, DisclosurePanel, Heading } from "react-aria-components";
import type { Device } from "../../shared/model/encryption.ts";
import { useText } from "../i18n/index.ts";
import { DeviceCard, type DeviceCardProps } from "./DeviceCard.tsx";
import styles from "./Devices.module.css";

export interface DeviceListProps extends Omit<DeviceCardProps, "device"> {
  devices: readonly Device[];
}

const urgency = (device: Device): number =>
  device.changedFingerprint !== null ? 2 : device.active && device.trust === "undecided" ? 1 : 0;
const newestFirst = (a: Device, b: Device): number =>
  urgency(b) - urgency(a) || (b.lastUsedAt ?? b.firstSeenAt) - (a.lastUsedAt ?? a.firstSeenAt) || a.id - b.id;

export function DeviceList({ devices, ...owner }: DeviceListProps) {
  const t = useText();
  const sorted = [...devices].sort(newestFirst);
  const shown = sorted.filter((one) => one.active || one.changedFingerprint !== null);
  const gone = sorted.filter((one) => !shown.includes(one));
  const cards = (of: readonly Device[]) => (
    <ul className={styles.list}>
      {of.map((device) => (
        <li key={device.id}>
          <DeviceCard {...owner} device={device} />
        </li>
      ))}
    </ul>
  );
  return (
    <>
      {shown.length > 0 && cards(shown)}
      {gone.length > 0 && (
        <Disclosure className={styles.gone ?? ""}>
          <Heading level={3} className={styles.goneHeading ?? ""}>
            <AriaButton slot="trigger" className={styles.fold ?? ""}>
              <ChevronRight aria-hidden="true" />
              {t("encryption.inactive", { count: gone.length })}
            </AriaButton>
          </Heading>
          <DisclosurePanel>{cards(gone)}</DisclosurePanel>
        </Disclosure>
      )}
    </>
  );
}
