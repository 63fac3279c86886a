/** The "advanced" fields as typed, and their values. */
import type { Advanced } from "../../shared/model/account.ts";

export interface AdvancedDraft {
  host: string;
  port: string;
  security: "automatic" | "starttls" | "direct";
  resource: string;
}
export type AdvancedError = "portBad" | "portWithoutHost";
export type AdvancedCheck = { advanced: Advanced; error: null } | { advanced: null; error: AdvancedError };

/** The settings of an account as form fields. */
export const draftOf = (advanced: Advanced): AdvancedDraft => ({
  host: advanced.host ?? "",
  port: advanced.port === undefined ? "" : String(advanced.port),
  security: advanced.security ?? "automatic",
  resource: advanced.resource ?? "",
});

export const emptyDraft: AdvancedDraft = draftOf({});

/** Reads the fields; empty ones are left out. */
export function readDraft(draft: AdvancedDraft): AdvancedCheck {
  const host = draft.host.trim();
  const portText = draft.port.trim();
  const resource = draft.resource.trim();
  const port = Number(portText);
  if (portText !== "" && (!/^\d{1,5}$/.test(portText) || port < 1 || port > 65_535))
    return { advanced: null, error: "portBad" };
  if (host === "" && (portText !== "" || draft.security !== "automatic"))
    return { advanced: null, error: "portWithoutHost" };
  return {
    advanced: {
      ...(host === "" ? {} : { host }),
      ...(portText === "" ? {} : { port }),
      ...(draft.security === "automatic" ? {} : { security: draft.security }),
      ...(resource === "" ? {} : { resource }),
    },
    error: null,
  };
}
