/** The part of xmpp.js without published types; `stream.ts` declares what it uses. */
declare module "@xmpp/connection-tcp" {
  const ConnectionTCP: unknown;
  export default ConnectionTCP;
}
