/** Presence: what others see of somebody (RFC 6121 §4.7.2). */
export const presence = {
  chat: "Free to chat",
  available: "Available",
  away: "Away",
  xa: "Away for long",
  dnd: "Do not disturb",
  offline: "Offline",
  own: "Your status",
  ownOf: "Status of {{jid}}",
  chooseShow: "Availability",
  statusMessage: "Status message",
  statusPlaceholder: "What are you up to?",
} as const;
