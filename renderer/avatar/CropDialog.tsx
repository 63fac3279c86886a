/** Chooses the square of a picture that becomes an avatar: drag it, zoom it, or use the arrow keys and + and -. */
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { useText } from "../i18n/index.ts";
import { Button } from "../ui/Button.tsx";
import { classNames } from "../ui/class-names.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { canZoom, middle, moved, zoomed, zoomOf, type Crop } from "./crop.ts";
import styles from "./CropDialog.module.css";

/** Part of the square that an arrow key moves, and of the zoom that + and - change. */
const STEP = 0.05;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const ZOOMS: Readonly<Record<string, number>> = { "+": 1, "=": 1, "-": -1 };

interface CropDialogProps {
  picture: ImageBitmap;
  /** Groups have another shape than people. */
  isGroup: boolean;
  isBusy: boolean;
  onClose(): void;
  onChosen(crop: Crop): void;
}

export function CropDialog({ picture, isGroup, isBusy, onClose, onChosen }: CropDialogProps) {
  const t = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [crop, setCrop] = useState(() => middle(picture));

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context === null || context === undefined) return;
    const { width, height } = context.canvas;
    const { x, y, side } = crop;
    context.imageSmoothingQuality = "high";
    context.clearRect(0, 0, width, height);
    context.drawImage(picture, x - side / 2, y - side / 2, side, side, 0, 0, width, height);
  }, [picture, crop]);

  /** Moves by parts of the square. */
  const move = (x: number, y: number) => setCrop((now) => moved(now, picture, x * now.side, y * now.side));
  const zoomBy = (step: number) => setCrop((now) => zoomed(now, picture, zoomOf(now, picture) + step));

  function onKeyDown(event: KeyboardEvent): void {
    const arrow = ARROWS[event.key];
    const zoom = ZOOMS[event.key];
    if (arrow === undefined && zoom === undefined) return;
    event.preventDefault();
    if (arrow !== undefined) move(STEP * arrow[0], STEP * arrow[1]);
    if (zoom !== undefined) zoomBy(STEP * zoom);
  }
  function onPointerMove(event: PointerEvent<HTMLElement>): void {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const width = event.currentTarget.clientWidth;
    // The picture follows the hand, so the square goes the other way.
    move(-event.movementX / width, -event.movementY / width);
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t("avatar.cropTitle")}
      actions={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" isDisabled={isBusy} onPress={() => onChosen(crop)}>
            {t("avatar.use")}
          </Button>
        </>
      }
    >
      <div
        className={classNames(styles.stage, isGroup && styles.group)}
        role="group"
        aria-label={t("avatar.cropArea")}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={onPointerMove}
        onWheel={(event) => zoomBy(event.deltaY < 0 ? STEP : -STEP)}
      >
        <canvas ref={canvas} width={640} height={640} />
        <span className={styles.mask} />
      </div>
      {canZoom(picture) && (
        <label className={styles.zoom}>
          {t("avatar.zoom")}
          <input
            type="range"
            min={0}
            max={1}
            step={0.01}
            value={zoomOf(crop, picture)}
            onChange={(event) => setCrop(zoomed(crop, picture, Number(event.target.value)))}
          />
        </label>
      )}
      <p className={styles.hint}>{t("avatar.cropHint")}</p>
    </Dialog>
  );
}
