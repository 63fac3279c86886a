/** The part of the contract: devices for OMEMO (XEP-0384) and their keys. */
import { z } from "zod";
import {
  deviceIdSchema,
  deviceSchema,
  fingerprintSchema,
  trustSchema,
  verificationSchema,
} from "../model/encryption.ts";
import { bareJidSchema } from "../model/primitives.ts";
import { account, done, person } from "./parts.ts";

/** Of an identity key: what the user saw when deciding. */
const key = person.extend({ device: deviceIdSchema, fingerprint: fingerprintSchema });

export const deviceCommands = {
  /**
   * Devices of a contact, or ours when `jid` is our own: known ones at once; asks the server for news, told by
   * `devices.changed`.
   */
  "device.list": { args: person, result: z.object({ devices: z.array(deviceSchema) }) },
  /** What the user thinks of a key, exactly as it was shown. */
  "device.setTrust": { args: key.extend({ trust: trustSchema.exclude(["undecided"]) }), result: done },
  /** Takes over the other key that came under a known device's id; `fingerprint` is that of the new key. */
  "device.acceptKey": { args: key, result: done },
  /** Takes a device of ours off the list, with its bundle; it cannot be this one. Needs a connection. */
  "device.remove": { args: account.extend({ device: deviceIdSchema }), result: done },
  /** Forgets the sessions with a contact's device and begins anew. Needs a connection. */
  "device.renewSession": { args: person.extend({ device: deviceIdSchema }), result: done },
  /** `xmpp:…?omemo-sid-…` of our devices, for others to scan: this one, and those of ours that we have verified. */
  "device.address": { args: account, result: z.object({ uri: z.string() }) },
  /** A scanned or opened address of that kind. @param jid whose it must be, null: whoever it says */
  "device.verify": {
    args: account.extend({ jid: bareJidSchema.nullable(), uri: z.string().max(8192) }),
    result: verificationSchema,
  },
} as const;

export const deviceEvents = {
  /** Devices of these were added, changed or trusted. */
  "devices.changed": z.object({ owners: z.array(person) }),
} as const;
