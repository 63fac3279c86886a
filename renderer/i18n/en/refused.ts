/** Requests that were refused after they were sent: what, and why. */

/** One entry for each of `requestKinds` in `shared/model/refusal.ts`; `declined`: by the invited person. */
export const refused = {
  nickname: "You did not get the nickname {{name}} in {{place}}.",
  subject: "The topic of {{place}} was not changed.",
  invitation: "{{name}} was not invited to {{place}}.",
  declined: "{{name}} does not want to join {{place}}.",
  voice: "You could not ask to speak in {{place}}.",
  answer: "Your answer to {{name}} did not count in {{place}}.",
  subscription: "Your request did not reach {{place}}.",
} as const;

export const refusedWhy = {
  taken: "Somebody else has it.",
  fixed: "Nicknames cannot be changed there.",
  forbidden: "That is not allowed.",
  out: "You are not in the group chat any more.",
  nobody: "There is nobody at this address who takes it.",
  "no-server": "The server was not found.",
  silent: "The server does not answer.",
  address: "The server does not take this address.",
  later: "It has had too much of this for now. Try again later.",
  other: "No reason was given.",
  said: "The reason given: “{{text}}”",
} as const;
