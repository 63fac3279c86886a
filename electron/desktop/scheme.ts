/** Our own scheme: the window is served from `app://jackdaw/`, with the same headers as in the browser host. */
import type { Protocol } from "electron";
import { pageFile } from "../page/files.ts";
import { pageHeaders } from "../page/headers.ts";

export const ORIGIN = "app://jackdaw";
export const PAGE = `${ORIGIN}/`;

/** Before the program is ready: the scheme is as safe an origin as https. */
export function registerScheme(protocol: Pick<Protocol, "registerSchemesAsPrivileged">): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: "app", privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

export function serveScheme(protocol: Pick<Protocol, "handle">, folder: string): void {
  protocol.handle("app", (request) => answer(request, folder));
}

/** Only GET, only our host, only files of the built window. */
export async function answer(request: Pick<Request, "url" | "method">, folder: string): Promise<Response> {
  const headers = pageHeaders();
  const refuse = (status: number): Response => new Response(null, { status, headers });
  if (!request.url.startsWith(PAGE)) return refuse(403);
  if (request.method !== "GET") return refuse(405);
  const path = request.url.slice(ORIGIN.length).split(/[?#]/, 1)[0]!;
  const file = await pageFile(folder, path);
  if (file === null) return refuse(404);
  return new Response(new Uint8Array(file.bytes), { headers: { ...headers, "Content-Type": file.type } });
}
