/** Draws the blurred picture of a file. Decorative: the button above it has the name. */
import { useEffect, useRef } from "react";
import { placeholderPixels } from "./placeholder.ts";
import styles from "./Picture.module.css";

export function Placeholder({ uri }: { uri: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const pixels = placeholderPixels(uri);
    const context = canvas.current?.getContext("2d");
    if (pixels === null || !context) return;
    canvas.current!.width = pixels.width;
    canvas.current!.height = pixels.height;
    context.putImageData(new ImageData(pixels.rgba, pixels.width, pixels.height), 0, 0);
  }, [uri]);
  return <canvas ref={canvas} className={styles.placeholder} width={1} height={1} aria-hidden="true" />;
}
