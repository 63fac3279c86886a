/** A part of xmpp.js that has no published types. `stream.ts` says what it takes from it. */
declare module "@xmpp/connection-tcp" {
  const ConnectionTCP: unknown;
  export default ConnectionTCP;
}
