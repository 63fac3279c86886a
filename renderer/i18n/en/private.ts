/** Private messages with somebody in a room (XEP-0045 §7.5). */
export const privately = {
  label: "Private message",
  openRoom: "Open {{room}}",
  notice:
    "Only {{name}} gets this, through {{room}}. It is a nickname there, not a person’s own address, and nothing here is end-to-end encrypted.",
  notInRoom: "You are not in {{room}}",
  notInRoomText: "Private messages go through the group chat, so both of you must be in it.",
  gone: "{{name}} is not in {{room}} now",
  goneText: "Private messages reach only those who are there. Whoever takes this nickname next may be somebody else.",
  otherNow: "Somebody else has the nickname {{name}} now",
  otherNowText: "The messages above were with another person. What you write goes to the one who is there now.",
  otherFromHere: "Somebody else has this nickname from here on",
} as const;
