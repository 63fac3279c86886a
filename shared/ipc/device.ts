/** IPC contract: OMEMO devices (XEP-0384) and their keys. */
import { z } from "zod";
import {
  deviceIdSchema,
  deviceSchema,
  fingerprintSchema,
  trustSchema,
  verificationSchema,
} from "../model/encryption.ts";
import { bareJidSchema } from "../model/primitives.ts";
import { account, noResult, person } from "./parts.ts";

/** Identifies an identity key by the fingerprint that the user saw. */
const key = person.extend({ device: deviceIdSchema, fingerprint: fingerprintSchema });

export const deviceCommands = {
  /**
   * Returns the known devices of a contact, or ours when `jid` is our own, and refreshes them from the server; changes
   * arrive as `devices.changed`.
   */
  "device.list": { args: person, result: z.object({ devices: z.array(deviceSchema) }) },
  /** Stores the user's decision about exactly the key that was shown. */
  "device.setTrust": { args: key.extend({ trust: trustSchema.exclude(["undecided"]) }), result: noResult },
  /** Accepts a changed identity key of a known device; `fingerprint` is that of the new key. */
  "device.acceptKey": { args: key, result: noResult },
  /** Removes another device of ours from the device list, with its bundle. Needs a connection. */
  "device.remove": { args: account.extend({ device: deviceIdSchema }), result: noResult },
  /** Deletes the sessions with a contact's device and starts a new one. Needs a connection. */
  "device.renewSession": { args: person.extend({ device: deviceIdSchema }), result: noResult },
  /** `xmpp:…?omemo-sid-…` URI for others to scan: this device, and our other devices that we have verified. */
  "device.address": { args: account, result: z.object({ uri: z.string() }) },
  /** Verifies the keys in a scanned or opened device URI. @param jid the required owner; null: any */
  "device.verify": {
    args: account.extend({ jid: bareJidSchema.nullable(), uri: z.string().max(8192) }),
    result: verificationSchema,
  },
} as const;

export const deviceEvents = {
  /** Devices of these owners were added, changed, or got another trust. */
  "devices.changed": z.object({ owners: z.array(person) }),
} as const;
