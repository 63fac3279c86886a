/** Parts of xmpp.js that its published types leave out. `stream.ts` says what it takes from them. */
declare module "@xmpp/tcp/lib/Connection.js" {
  const Connection: unknown;
  export default Connection;
}
declare module "@xmpp/websocket/lib/Connection.js" {
  const Connection: unknown;
  export default Connection;
}
declare module "@xmpp/tls/lib/Connection.js" {
  export default class Connection {
    socketParameters(service: string): { port: number; host: string } | undefined;
  }
}
