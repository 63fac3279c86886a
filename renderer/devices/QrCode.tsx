/**
 * A QR code, drawn as one path because the content security policy allows no inline style. Always dark on white, or it
 * cannot be scanned.
 */
import encodeQR from "qr";
import { log } from "../log.ts";
import styles from "./QrCode.module.css";

/** The modules as a path with as few pieces per row as possible. */
function pathOf(modules: readonly (readonly boolean[])[]): string {
  let path = "";
  modules.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (row[x] !== true) continue;
      const from = x;
      while (row[x + 1] === true) x++;
      path += `M${from} ${y}h${x - from + 1}v1h-${x - from + 1}z`;
    }
  });
  return path;
}

/** Above this length a code with less redundancy is easier to scan than a finer one. */
const LONG = 400;

export interface QrCodeProps {
  text: string;
  label: string;
}

/** Empty if the text does not fit into any code. */
export default function QrCode({ text, label }: QrCodeProps) {
  let modules: boolean[][];
  try {
    modules = encodeQR(text, "raw", { ecc: text.length > LONG ? "low" : "medium", border: 3 });
  } catch (error) {
    log.debug("the text fits into no code", error);
    return null;
  }
  const size = modules.length;
  return (
    <svg
      className={styles.code}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
      data-code={text}
    >
      <path className={styles.modules} d={pathOf(modules)} />
    </svg>
  );
}
