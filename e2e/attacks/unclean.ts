/**
 * A Prosody module that forwards characters that XML cannot carry (XML 1.0 §2.2), as servers with another parser do.
 * Prosody's own parser would refuse them, so the client writes a stand-in from the private use area and the module
 * replaces it.
 */
const OFFSET = 0xe000;

/** Maps U+0001 to U+001F and the noncharacters U+FFFE and U+FFFF to stand-ins. */
const standIn = (code: number): number => OFFSET + (code > 0xff ? code & 0xff : code);

const CODES = [...Array.from({ length: 0x1f }, (_, index) => index + 1), 0xfffe, 0xffff];

/** The bytes of a character as a Lua string escape. */
const lua = (code: number): string =>
  [...Buffer.from(String.fromCodePoint(code))].map((byte) => `\\${String(byte).padStart(3, "0")}`).join("");

export const UNCLEAN = {
  /** Replaces the characters that no server accepts from a client by stand-ins. */
  escaped: (text: string): string =>
    [...text]
      .map((one) => (CODES.includes(one.codePointAt(0)!) ? String.fromCodePoint(standIn(one.codePointAt(0)!)) : one))
      .join(""),
  module: `
local real = { ${CODES.map((code) => `["${lua(standIn(code))}"] = "${lua(code)}"`).join(", ")} };
local function put(text) return (text:gsub("\\238[\\128-\\131][\\128-\\191]", real)); end
local function clean(stanza)
  for name, value in pairs(stanza.attr) do if type(value) == "string" then stanza.attr[name] = put(value); end end
  for index, child in ipairs(stanza) do
    if type(child) == "string" then stanza[index] = put(child); else clean(child); end
  end
end
local function hear(event) if (event.origin.username or ""):match("^mallory") then clean(event.stanza); end end
for _, kind in ipairs { "message", "presence", "iq" } do
  for _, to in ipairs { "bare", "full", "host", "self" } do module:hook("pre-" .. kind .. "/" .. to, hear, 1000); end
end
`,
};
