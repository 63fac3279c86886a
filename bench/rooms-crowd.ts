/** The crowd of the rooms benchmark (`bench/rooms.ts`), in its own process, controlled by messages. */
import { startCrowd } from "../e2e/peers/servers/crowd.ts";

/** `perSecond` changes for `seconds`: most are new statuses; some occupants leave and come back. */
export interface Bustle {
  room: string;
  people: number;
  perSecond: number;
  seconds: number;
}

const crowd = await startCrowd({ port: Number(process.argv[2]) });
// The parent process has ended.
process.once("disconnect", () => process.exit(0));

process.on("message", (message) => {
  const { room, people, perSecond, seconds } = message as Bustle;
  const from = performance.now();
  let sent = 0;
  const tick = setInterval(() => {
    const due = Math.min(Math.floor(((performance.now() - from) / 1000) * perSecond), perSecond * seconds);
    for (; sent < due; sent++) {
      const index = (sent * 7919) % people;
      if (sent % 10 === 8) crowd.leave(room, index);
      else crowd.presence(room, sent % 10 === 9 ? ((sent - 1) * 7919) % people : index, `change ${sent}`);
    }
    if (sent < perSecond * seconds) return;
    clearInterval(tick);
    process.send!({ done: sent });
  }, 5);
});
process.send!("ready");
