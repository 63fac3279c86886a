/** A picture that may be animated: it can be stopped, and begins so if the system asks for less motion. */
import { Pause, Play } from "lucide-react";
import { useEffect, useRef, useState, type CSSProperties } from "react";
import { Button } from "react-aria-components";
import { useText } from "../i18n/index.ts";
import { fallback, logged } from "../log.ts";
import type { Fetched } from "../state/files/fetched-files.ts";
import { isAnimated } from "./animation-format.ts";
import styles from "./Animation.module.css";

export interface AnimationProps {
  fetched: Fetched;
  name: string;
  className: string | undefined;
  style?: CSSProperties | undefined;
  /** The file is no picture after all. */
  onError(): void;
}

const TYPES: ReadonlySet<string> = new Set(["image/gif", "image/webp"]);
const lessMotion = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

function useAnimated(blob: Blob): boolean {
  const [is, setIs] = useState(false);
  useEffect(() => {
    if (!TYPES.has(blob.type)) return undefined;
    let isHere = true;
    blob
      .arrayBuffer()
      .then((bytes) => isAnimated(new Uint8Array(bytes)))
      .catch(fallback(false, "a picture could not be read"))
      .then((found) => isHere && setIs(found))
      .catch(logged("a picture could not be examined"));
    return () => void (isHere = false);
  }, [blob]);
  return is;
}

export function Animation({ fetched, name, className, style, onError }: AnimationProps) {
  const t = useText();
  const { url, blob } = fetched;
  const canStop = useAnimated(blob);
  const [isStopped, setStopped] = useState(lessMotion);
  const alt = t("attachment.alt", { name });
  return (
    <>
      {canStop && isStopped ? (
        <Still blob={blob} label={alt} className={className} style={style} />
      ) : (
        <img className={className} style={style} src={url} alt={alt} draggable={false} onError={onError} />
      )}
      {canStop && (
        <Button
          className={styles.toggle ?? ""}
          aria-label={t(isStopped ? "attachment.animate" : "attachment.stop", { name })}
          onPress={() => setStopped(!isStopped)}
        >
          {isStopped ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
          <span aria-hidden="true">{blob.type.slice("image/".length).toUpperCase()}</span>
        </Button>
      )}
    </>
  );
}

interface StillProps {
  blob: Blob;
  label: string;
  className: string | undefined;
  style: CSSProperties | undefined;
}

/** The first picture of an animation. */
function Still({ blob, label, className, style }: StillProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let isHere = true;
    createImageBitmap(blob)
      .then((picture) => {
        const target = canvas.current;
        if (isHere && target !== null) {
          target.width = picture.width;
          target.height = picture.height;
          target.getContext("2d")?.drawImage(picture, 0, 0);
        }
        picture.close();
      })
      .catch(logged("an animation could not be stopped"));
    return () => void (isHere = false);
  }, [blob]);
  return <canvas ref={canvas} className={className} style={style} role="img" aria-label={label} />;
}
