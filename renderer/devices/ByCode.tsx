/** Verifies by QR code, from a picture, the clipboard or the screen, or by the address in such a code. */
import { ImageUp, ScanQrCode } from "lucide-react";
import { useEffect, useId, useRef, useState, type ClipboardEvent } from "react";
import { FileTrigger } from "react-aria-components";
import type { Device, Verification } from "../../shared/model/encryption.ts";
import type { ChatKey } from "../../shared/model/primitives.ts";
import { useText } from "../i18n/index.ts";
import { verifyAddress } from "../state/devices.ts";
import { errorCodeOf } from "../call-failed.ts";
import { useSession } from "../state/accounts/session.ts";
import { Button } from "../ui/Button.tsx";
import { Callout } from "../ui/feedback/Callout.tsx";
import { TextField } from "../ui/fields/TextField.tsx";
import styles from "./Devices.module.css";
import { canReadScreen, readPicture, readScreen } from "./read-code.ts";
import { VerificationResult } from "./VerificationResult.tsx";

type Outcome = { kind: "reading" } | { kind: "wrong"; text: string } | { kind: "result"; result: Verification } | null;

export interface ByCodeProps {
  owner: ChatKey;
  isOurs: boolean;
  name: string;
  devices: readonly Device[];
}

export function ByCode({ owner, isOurs, name, devices }: ByCodeProps) {
  const t = useText();
  const headingId = useId();
  const [outcome, setOutcome] = useState<Outcome>(null);
  const [text, setText] = useState("");
  const host = useSession((state) => state.host);
  const said = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (outcome !== null) said.current?.scrollIntoView({ block: "nearest" });
  }, [outcome]);
  const isReading = outcome?.kind === "reading";

  async function check(uri: string): Promise<void> {
    try {
      setOutcome({ kind: "result", result: await verifyAddress(owner, uri.trim()) });
      setText("");
    } catch (error) {
      setOutcome({ kind: "wrong", text: t(`error.${errorCodeOf(error)}`) });
    }
  }

  /** @param failed the message if there is nothing to read */
  async function read(reading: () => Promise<string | null>, failed: string): Promise<void> {
    if (isReading) return;
    setOutcome({ kind: "reading" });
    try {
      const found = await reading();
      if (found === null) setOutcome({ kind: "wrong", text: t("encryption.codeNone") });
      else await check(found);
    } catch (error) {
      // A user who chose no screen needs no message.
      setOutcome(
        error instanceof DOMException && error.name === "NotAllowedError" ? null : { kind: "wrong", text: failed },
      );
    }
  }

  const readFile = (file: Blob): void => void read(() => readPicture(file), t("encryption.codeNone"));

  function onPaste(event: ClipboardEvent): void {
    const picture = [...event.clipboardData.files].find((one) => one.type.startsWith("image/"));
    if (picture === undefined) return;
    event.preventDefault();
    readFile(picture);
  }

  return (
    <section className={styles.byCode} aria-labelledby={headingId} onPaste={onPaste}>
      <h3 id={headingId} className={styles.heading}>
        {t("encryption.codeTitle")}
      </h3>
      <p className={styles.note}>{isOurs ? t("encryption.codeOwnText") : t("encryption.codeText", { name })}</p>
      <div className={styles.actions}>
        <FileTrigger
          acceptedFileTypes={["image/*"]}
          onSelect={(files) => files?.[0] !== undefined && readFile(files[0])}
        >
          <Button icon={<ImageUp size={16} aria-hidden="true" />}>{t("encryption.codePicture")}</Button>
        </FileTrigger>
        {canReadScreen(host) && (
          <Button
            icon={<ScanQrCode size={16} aria-hidden="true" />}
            onPress={() => void read(readScreen, t("encryption.codeScreenFailed"))}
          >
            {t("encryption.codeScreen")}
          </Button>
        )}
      </div>
      <form
        className={styles.address}
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== "" && !isReading) void check(text);
        }}
      >
        <TextField
          label={t("encryption.codePaste")}
          placeholder={t("encryption.codePlaceholder")}
          mono
          spellCheck="false"
          autoComplete="off"
          maxLength={8192}
          value={text}
          onChange={setText}
        />
        <Button type="submit">{t("encryption.codeCheck")}</Button>
      </form>
      <div ref={said} className={styles.outcome} role="status">
        {outcome?.kind === "reading" && <p className={styles.note}>{t("encryption.codeReading")}</p>}
        {outcome?.kind === "wrong" && <Callout tone="warning">{outcome.text}</Callout>}
        {outcome?.kind === "result" && <VerificationResult result={outcome.result} name={name} devices={devices} />}
      </div>
    </section>
  );
}
