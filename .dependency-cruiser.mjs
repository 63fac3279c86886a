/**
 * Which part may import which (see ARCHITECTURE.md). scripts/checks/import-rules.test.ts shows that each
 * rule fails on a breach.
 */
const only = (name, from, ...allowed) => ({
  name,
  severity: "error",
  from: typeof from === "string" ? { path: from } : from,
  to: { path: "^(shared|electron|renderer|e2e|bench|scripts)/", pathNot: allowed },
});
/** Tests, and what stands in `testing/` for them, may also use the peers that they talk to. */
const tests = "[.]test[.]tsx?$";
const testing = "/testing/";
/** The layers of the window below its features, and the features: each imports only those before it. */
const BELOW = ["cache", "i18n", "ui", "state"];
const FEATURES = [
  ...["avatar", "files", "conversation", "connection", "devices", "roster", "contact", "chat", "room", "chatlist"],
  ...["backup", "signin", "registration", "settings", "service", "uri", "store-locked", "app"],
];
const layer = (name, folder, ...allowed) =>
  only(
    name,
    { path: `^renderer/${folder}/`, pathNot: [tests] },
    "^shared/",
    "^renderer/(log|call-failed)[.]ts$",
    ...allowed.map((one) => `^renderer/${one}/`),
  );

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    // Imports of types count, too.
    {
      name: "no-cycle",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    { name: "not-found", severity: "error", from: {}, to: { couldNotResolve: true } },
    only("shared-imports-shared", "^shared/", "^shared/"),
    only("renderer-imports-renderer-and-shared", "^renderer/", "^(renderer|shared)/"),
    layer("ui-imports-ui", "ui", "ui", "i18n"),
    layer("i18n-imports-i18n", "i18n", "i18n"),
    layer("cache-imports-cache", "cache", "cache"),
    layer("state-imports-state", "state", "state", "cache", "i18n"),
    ...FEATURES.map((one, at) => layer("features-import-one-way", one, ...BELOW, ...FEATURES.slice(0, at + 1))),
    {
      name: "features-are-listed",
      comment: "a new folder of the window takes its place in FEATURES",
      severity: "error",
      from: {
        path: "^renderer/[^/]+/",
        pathNot: [`^renderer/(${[...BELOW, ...FEATURES].join("|")})/`, tests, testing],
      },
      to: { path: "^renderer/" },
    },
    {
      name: "room-imports-no-chat",
      comment: "the other way is forbidden by the order of the features",
      severity: "error",
      from: { path: "^renderer/room/", pathNot: tests },
      to: { path: "^renderer/chat/" },
    },
    {
      name: "renderer-has-no-core-modules",
      severity: "error",
      from: { path: "^(renderer|shared)/", pathNot: tests },
      to: { dependencyTypes: ["core"] },
    },
    only("electron-imports-no-renderer", { path: "^electron/", pathNot: [tests, testing] }, "^(electron|shared)/"),
    {
      name: "only-tests-import-testing",
      severity: "error",
      from: { path: "^(shared|electron|renderer)/", pathNot: [tests, testing] },
      to: { path: testing },
    },
    only("model-imports-shared", "^electron/model/", "^(shared|electron/model)/"),
    {
      name: "rooms-do-not-meet",
      comment:
        "xmpp, omemo, backup, attachments and store share model, and are joined by app, and nowhere else; not in their tests either",
      severity: "error",
      from: { path: "^electron/(xmpp|omemo|backup|attachments|store)/" },
      to: {
        path: "^electron/(xmpp|omemo|backup|attachments|store|app|ipc|page|desktop|browser)/",
        pathNot: "^electron/$1/",
      },
    },
    {
      name: "app-knows-no-host",
      severity: "error",
      from: { path: "^electron/app/" },
      to: { path: "^electron/(desktop|browser|page|main|preload)" },
    },
    {
      name: "hosts-do-not-meet",
      severity: "error",
      from: { path: "^electron/(desktop|browser)/" },
      to: { path: "^electron/(desktop|browser)/", pathNot: "^electron/$1/" },
    },
    {
      name: "hosts-go-through-app",
      severity: "error",
      from: { path: "^electron/(desktop|browser|main|preload)", pathNot: tests },
      to: { path: "^electron/(xmpp|omemo|backup|attachments|store|model)/" },
    },
    {
      name: "only-the-desktop-host-imports-electron",
      severity: "error",
      from: {
        path: "^(shared|electron|renderer|e2e|bench|scripts)/",
        pathNot: "^electron/(desktop/|main[.]ts$|preload[.]ts$)",
      },
      to: { path: ["^electron$", "node_modules/electron/"] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "[.]css$|[?]" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json"],
      conditionNames: ["import", "default", "types"],
    },
  },
};
