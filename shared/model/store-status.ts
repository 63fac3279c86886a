/** Whether the local store is open, and the remedies if it is not. */
import { z } from "zod";

export const storeStatusSchema = z.discriminatedUnion("state", [
  z.object({ state: z.literal("opening") }),
  z.object({ state: z.literal("ready") }),
  /**
   * The store could not be opened; the file is untouched.
   * `wrong-key`: the key does not fit; `key-lost`: the secret storage has none; `damaged`: not a database; `newer`:
   * written by a newer Jackdaw; `io`: the disk reported an error.
   */
  z.object({
    state: z.literal("locked"),
    reason: z.enum(["wrong-key", "key-lost", "damaged", "newer", "io"]),
    path: z.string().max(4096),
    detail: z.string().max(512),
  }),
  /**
   * Open, but writing fails. Sending answers `store-not-writable` and the text stays in the composer; incoming messages
   * are not acknowledged, so the server keeps them.
   */
  z.object({ state: z.literal("not-writable"), reason: z.enum(["full", "read-only", "io"]) }),
]);
export type StoreStatus = z.infer<typeof storeStatusSchema>;
