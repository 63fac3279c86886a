/** Names and addresses of this machine itself (RFC 6761 §6.3, RFC 6890). */

/** @param host a host name or an IP address, also in brackets */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  return name === "localhost" || name === "::1" || name === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(name);
}
