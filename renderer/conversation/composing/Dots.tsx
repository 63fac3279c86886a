/** Three dots that say, together with the words beside them, that somebody writes. */
import styles from "./Dots.module.css";

export const Dots = () => (
  <span className={styles.dots} aria-hidden="true">
    <i />
    <i />
    <i />
  </span>
);
