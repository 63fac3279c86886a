/** The three kinds of tests: `unit` beside the code, `integration` with a server of its own, `e2e` in a browser. */
import { availableParallelism } from "node:os";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { findElectron } from "./scripts/demo-window.ts";
import { hasProfanity } from "./scripts/setup.mjs";

const elsewhere = ["**/node_modules/**", "dist/**", "release/**", ".cache/**", "test-results/**"];
const withoutElectron = findElectron() === null ? ["e2e/specs/program/desktop.spec.ts"] : [];
const withoutProfanity = hasProfanity() ? [] : ["**/*profanity*.integration.test.ts"];
if (withoutProfanity.length > 0)
  console.warn(
    "Profanity and tmux are not installed (apt-get install profanity tmux): the tests against Profanity are left out.",
  );
/** What needs no server takes all cores. */
const cores = Math.max(2, availableParallelism());
const common = {
  environment: "node" as const,
  globalSetup: ["scripts/test-setup.ts"],
  testTimeout: 30_000,
  hookTimeout: 60_000,
  maxWorkers: 2,
};

export default defineConfig({
  plugins: [react()],
  test: {
    projects: [
      {
        extends: true,
        test: {
          ...common,
          maxWorkers: cores,
          name: "unit",
          include: ["**/*.test.{ts,tsx}"],
          exclude: [...elsewhere, "**/*.integration.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          ...common,
          name: "integration",
          // Each step of such a test has a limit of its own. Their sum may be large: a shared machine slows all of them.
          testTimeout: 600_000,
          hookTimeout: 600_000,
          include: ["**/*.integration.test.ts"],
          exclude: [...elsewhere, ...withoutProfanity],
        },
      },
      {
        extends: true,
        test: {
          ...common,
          name: "e2e",
          include: ["e2e/{specs,faults,fuzz,attacks}/**/*.spec.ts"],
          exclude: [...elsewhere, ...withoutElectron],
          testTimeout: 60_000,
          hookTimeout: 90_000,
        },
      },
    ],
  },
});
