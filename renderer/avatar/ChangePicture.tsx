/** Chooses an avatar from a file, cut to a small square here, or removes it. */
import { Image, ImageOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { AvatarKey, NewAvatar } from "../../shared/model/avatar.ts";
import { useText } from "../i18n/index.ts";
import { logged } from "../log.ts";
import { useAct } from "../state/act.ts";
import { useAvatar } from "../state/avatars.ts";
import { showToast } from "../state/toasts.ts";
import { Button } from "../ui/Button.tsx";
import { FileInput } from "../ui/fields/FileInput.tsx";
import styles from "./ChangePicture.module.css";
import type { Crop } from "./crop.ts";
import { CropDialog } from "./CropDialog.tsx";
import { avatarOf, pictureIn } from "./picture-file.ts";

interface ChangePictureProps {
  of: AvatarKey;
  isGroup?: boolean;
  isDisabled?: boolean;
  /** @param avatar null removes it */
  set(avatar: NewAvatar | null): Promise<unknown>;
}

export function ChangePicture({ of, isGroup = false, isDisabled = false, set }: ChangePictureProps) {
  const t = useText();
  const buttons = useRef<HTMLDivElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const { isBusy, act } = useAct();
  const shown = useAvatar(of);
  const isRemoved = useRef(false);
  const [picture, setPicture] = useState<ImageBitmap | null>(null);

  // The pressed button has vanished.
  useEffect(() => {
    if (isBusy || !isRemoved.current) return;
    isRemoved.current = false;
    buttons.current?.querySelector("button")?.focus();
  }, [isBusy]);

  async function open(chosen: File): Promise<void> {
    const found = await pictureIn(chosen).catch(logged("the file is no picture"));
    if (found === undefined) showToast({ tone: "danger", text: t("avatar.bad") });
    else setPicture(found);
  }
  function close(): void {
    picture?.close();
    setPicture(null);
  }
  const use = (from: ImageBitmap, crop: Crop) =>
    act(async () => {
      await set(await avatarOf(from, crop));
      close();
      showToast({ tone: "success", text: t("avatar.set") });
    });
  const remove = () =>
    act(async () => {
      await set(null);
      isRemoved.current = true;
      showToast({ tone: "success", text: t("avatar.removed") });
    });

  return (
    <div ref={buttons} className={styles.buttons}>
      <FileInput
        input={file}
        label={t("avatar.file")}
        accept="image/png,image/jpeg,image/webp,image/gif"
        onChosen={([chosen]) => void open(chosen)}
      />
      <Button
        size="small"
        icon={<Image size={16} />}
        isDisabled={isBusy || isDisabled}
        onPress={() => file.current?.click()}
      >
        {t(shown === undefined ? "avatar.choose" : "avatar.change")}
      </Button>
      {shown !== undefined && (
        <Button
          size="small"
          icon={<ImageOff size={16} />}
          isDisabled={isBusy || isDisabled}
          onPress={() => void remove()}
        >
          {t("avatar.remove")}
        </Button>
      )}
      {picture !== null && (
        <CropDialog
          picture={picture}
          isGroup={isGroup}
          isBusy={isBusy}
          onClose={close}
          onChosen={(crop) => void use(picture, crop)}
        />
      )}
    </div>
  );
}
