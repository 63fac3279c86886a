/** Serves the window from `app://jackdaw/`, with the same headers as the browser host. */
import type { Protocol } from "electron";
import { pageFile } from "../page/files.ts";
import { pageHeaders } from "../page/headers.ts";

export const ORIGIN = "app://jackdaw";
export const PAGE = `${ORIGIN}/`;

/** Must run before the app is ready. Gives the scheme the privileges of a secure origin. */
export function registerScheme(protocol: Pick<Protocol, "registerSchemesAsPrivileged">): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: "app", privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

export function serveScheme(protocol: Pick<Protocol, "handle">, folder: string): void {
  protocol.handle("app", (request) => answer(request, folder));
}

/** Serves GET requests for files of the built window on our host only. */
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
