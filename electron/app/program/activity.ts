/** Whether the user is active, as reported to servers by client state indication (XEP-0352). */

/** A short look at another window is no absence, ms. */
const AWAY_AFTER = 10_000;

export interface Activity {
  /** Called when the window gets or loses the focus. */
  set(focused: boolean): void;
}

export function createActivity(changed: (active: boolean) => void): Activity {
  let active = true;
  let away: NodeJS.Timeout | null = null;

  function become(next: boolean): void {
    if (away !== null) clearTimeout(away);
    away = null;
    if (next === active) return;
    active = next;
    changed(active);
  }

  return {
    set(focused) {
      if (focused) become(true);
      else away ??= setTimeout(() => become(false), AWAY_AFTER).unref();
    },
  };
}
