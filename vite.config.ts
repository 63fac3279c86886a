/** How the window (renderer/) is built. Nothing may end up inline: the page runs under a strict CSP. */
import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const project = import.meta.dirname;

export default defineConfig({
  // Vitest reads this file too and wants the project as its root.
  root: process.env["VITEST"] === undefined ? join(project, "renderer") : project,
  base: "/",
  publicDir: false,
  plugins: [react()],
  build: {
    outDir: join(project, "dist", "renderer"),
    emptyOutDir: true,
    target: "chrome138",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
  },
});
