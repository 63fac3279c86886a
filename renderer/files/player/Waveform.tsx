/** The shape of a sound as bars, of which the first part is played already. */
import { useId } from "react";
import { PEAKS } from "./peaks.ts";
import styles from "./Waveform.module.css";

const STEP = 4;
const BAR = 2.5;
const HEIGHT = 32;
const LEAST = 3;
const FLAT: readonly number[] = new Array<number>(PEAKS).fill(0);

/** @param played from 0 to 1 */
export function Waveform({ peaks, played }: { peaks: readonly number[] | null; played: number }) {
  const clip = useId();
  const values = peaks ?? FLAT;
  const width = values.length * STEP - (STEP - BAR);
  const bars = values.map((value, at) => {
    const height = Math.max(LEAST, value * HEIGHT);
    return <rect key={at} x={at * STEP} y={(HEIGHT - height) / 2} width={BAR} height={height} rx={BAR / 2} />;
  });
  return (
    <svg
      className={styles.waveform}
      viewBox={`0 0 ${width} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <clipPath id={clip}>
        <rect x={0} y={0} width={width * played} height={HEIGHT} />
      </clipPath>
      <g className={styles.rest}>{bars}</g>
      <g clipPath={`url(#${clip})`}>{bars}</g>
    </svg>
  );
}
