/**
 * The SASL2 modules of Debian 12's prosody-modules hang every login on its Prosody 0.12.3: one calls a method that the
 * socket lacks, the other relies on data that may be missing and fails on fractional timestamps; and both offer binding
 * to who is bound. This copies the installed modules into the test's own folder and fixes those lines.
 */
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const INSTALLED = "/usr/lib/prosody/modules";
const MENDS = [
  {
    module: "mod_sasl2",
    broken: "origin.conn:ssl_info()",
    mended: "origin.conn:socket().info and origin.conn:socket():info()",
  },
  // A bound session is offered binding once more (against XEP-0386 §4). The stock client then binds again, which fails:
  // sometimes it takes that for the end of its sign-in.
  {
    module: "mod_sasl2",
    broken: "session.send(features);",
    mended:
      'if session.resource then features:maptags(function (tag) if tag.name ~= "bind" then return tag; end end); end session.send(features);',
  },
  {
    module: "mod_sasl2_fast",
    broken: "jid.node(event.stream.from)",
    mended: "event.stream and jid.node(event.stream.from) or true",
  },
  // `now()` has fractions, which the module's own date format refuses.
  { module: "mod_sasl2_fast", broken: "local issued_at = now();", mended: "local issued_at = math.floor(now());" },
  {
    module: "mod_sasl2_fast",
    broken: 'auth:get_child_attr("user-agent", nil, "id")',
    mended: 'auth:get_child("user-agent") and auth:get_child("user-agent").attr.id',
  },
];

/** Puts fixed copies into the folder, which must come first in `plugin_paths`. */
export async function mendedSasl2Modules(folder: string): Promise<void> {
  for (const { module, broken, mended } of MENDS) {
    await cp(join(INSTALLED, module), join(folder, module), { recursive: true, force: false });
    const path = join(folder, module, `${module}.lua`);
    const source = await readFile(path, "utf8");
    if (source.includes(broken)) await writeFile(path, source.replaceAll(broken, mended));
  }
}
