/** How somebody takes part in a conversation right now (XEP-0085 §2). */
export const CHAT_STATES = ["active", "composing", "paused", "inactive", "gone"] as const;
export type ChatState = (typeof CHAT_STATES)[number];
