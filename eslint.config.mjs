/**
 * What the linter asks for beside the type checker. The import rules between folders are in .dependency-cruiser.mjs.
 */
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";
import { noSilentCatch } from "./scripts/lint/no-silent-catch.mjs";
import { foreignKeys } from "./scripts/lint/foreign-keys.ts";

const noBridge = {
  selector: "MemberExpression[object.name=/^(window|globalThis|self)$/][property.name='jackdaw']",
  message: "Only renderer/state/ipc.ts talks to the bridge: use call() and on().",
};
const noRawHtml = {
  selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
  message: "What comes from the network is shown as text only.",
};

export default tseslint.config(
  { ignores: ["node_modules", "dist", "release", ".cache", "test-results"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  ...tseslint.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      // Elements of checked arrays and matches of known shape; the type checker sees all the rest.
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-restricted-imports": [
        "error",
        {
          paths: [
            {
              name: "node:child_process",
              importNames: ["exec", "execSync"],
              message: "No shell: use execFile or spawn.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["renderer/**/*.{ts,tsx}"],
    plugins: { "react-hooks": hooks },
    rules: {
      ...hooks.configs.recommended.rules,
      // A rule of the React compiler, which we do not use.
      "react-hooks/preserve-manual-memoization": "off",
      "no-restricted-syntax": ["error", noBridge, noRawHtml],
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          paths: [
            { name: "zod", message: "Schemas stay out of the window's bundle: import types.", allowTypeImports: true },
          ],
        },
      ],
    },
  },
  {
    files: ["{shared,electron}/**/*.ts"],
    ignores: ["**/*.test.ts", "**/testing/**"],
    plugins: { jackdaw: { rules: { "no-silent-catch": noSilentCatch, "foreign-keys": foreignKeys } } },
    // Words of strangers come in here. The window's stores are kept by addresses that the core has checked.
    rules: { "jackdaw/no-silent-catch": "error", "jackdaw/foreign-keys": "error" },
  },
  {
    files: ["renderer/**/*.{ts,tsx}"],
    ignores: ["**/*.test.{ts,tsx}"],
    plugins: { jackdaw: { rules: { "no-silent-catch": noSilentCatch } } },
    // A window shows a failure by its state, by a toast, or in a dialog.
    rules: { "jackdaw/no-silent-catch": ["error", { shows: ["^set[A-Z]", "^show(Toast|Error)$"] }] },
  },
  { files: ["renderer/state/ipc.ts"], rules: { "no-restricted-syntax": ["error", noRawHtml] } },
  // Tests play the bridge.
  { files: ["**/*.test.ts", "**/*.test.tsx"], rules: { "no-restricted-syntax": "off" } },
);
