/** A placeholder for content that is loading, so that the layout does not jump. */
import type { CSSProperties } from "react";
import { classNames } from "../class-names.ts";
import styles from "./Skeleton.module.css";

export interface SkeletonProps {
  /** Any CSS length. */
  width?: string;
  height?: string;
  round?: boolean;
}

export function Skeleton({ width = "100%", height = "0.75rem", round = false }: SkeletonProps) {
  const style: CSSProperties = { width, height };
  return <span className={classNames(styles.skeleton, round && styles.round)} style={style} aria-hidden="true" />;
}
