/**
 * The short form of the encrypted soak, with a new seed each time. `npm run soak -- --encrypted --faults 60 --messages
 * 1000 --pause 50 --seed S` repeats a run.
 */
import { expect, it } from "vitest";
import { soakEncrypted } from "./encrypted-run.ts";
import { counted, isPerfect, summary } from "./run.ts";

const FAULTS = 60;
const MESSAGES = 1_000;

it(
  "encrypted: each of 1,000 texts and changes each way, in chats and rooms, is readable exactly once at every device, and no session breaks, under 60 faults",
  { timeout: 30 * 60_000 },
  async () => {
    const seed = Math.floor(Math.random() * 1_000_000);
    const said: string[] = [];
    const result = await soakEncrypted({
      seed,
      faults: FAULTS,
      messages: MESSAGES,
      pause: 50,
      say: (line) => said.push(line),
    });
    console.log(`${counted(result)}; ${summary(result)}`);
    expect(isPerfect(result), said.slice(FAULTS).join("\n")).toBe(true);
    expect(result.faults).toBe(FAULTS);
    expect(Math.min(result.messages[0]!, result.messages[1]! + result.messages[2]!)).toBeGreaterThanOrEqual(MESSAGES);
  },
);
