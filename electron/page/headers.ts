/** The HTTP headers of the window, the same in both hosts: nothing inline, nothing from other origins. */

/**
 * Content Security Policy of the window (CSP 3, Trusted Types).
 * @param connect sources that the page may connect to besides its own origin
 */
export function contentSecurityPolicy(connect: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "media-src 'self' blob:",
    `connect-src ${["'self'", ...connect].join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    // The only policy: renderer/state/files/own-worker.ts.
    "trusted-types own-worker",
  ].join("; ");
}

/** The headers of every response. */
export function pageHeaders(connect: readonly string[] = []): Record<string, string> {
  return {
    "Content-Security-Policy": contentSecurityPolicy(connect),
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    // The microphone is for voice messages: the browser asks, and the system as well. Screen capture is allowed for
    // scanning a QR code: the browser asks for a window each time; the desktop host denies it.
    "Permissions-Policy":
      "camera=(), microphone=(self), geolocation=(), usb=(), serial=(), hid=(), display-capture=(self)",
    "X-Frame-Options": "DENY",
  };
}
