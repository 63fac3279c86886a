/** The shell with typed fakes of Electron. */
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IpcMainInvokeEvent, WebFrameMain } from "electron";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { IpcResult } from "../../shared/ipc/index.ts";
import type { ChatKey } from "../../shared/model/primitives.ts";
import { showUnread } from "./notifications/badge.ts";
import { createFileDialogs } from "./file-dialogs.ts";
import { connectIpc } from "./ipc.ts";
import { applicationMenu } from "./menu.ts";
import { lockNavigation } from "./navigation.ts";
import { createNotices } from "./notifications/notifications.ts";
import { denyPermissions } from "./permissions.ts";
import { answer, ORIGIN, PAGE, registerScheme } from "./scheme.ts";
import { createSecretBox, isProtected } from "./secret-box.ts";
import { onlyInstance } from "./single-instance.ts";
import { webPreferences } from "./window.ts";
import { createWindowState } from "./window-state.ts";

describe("calls of the window", () => {
  const frame = (change: object = {}) => ({ parent: null, origin: ORIGIN, ...change }) as WebFrameMain;
  const own = frame();

  function connect() {
    let handler: ((event: IpcMainInvokeEvent, name: unknown, args: unknown) => Promise<IpcResult<unknown>>) | undefined;
    const sent: unknown[] = [];
    const dispatch = vi.fn(async () => ({ ok: true, value: 1 }) as const);
    const window = { mainFrame: own, isDestroyed: () => false, send: (...args: unknown[]) => sent.push(args) };
    const ipc = connectIpc(
      { handle: (_channel, given) => (handler = given) },
      () => window as never,
      () => undefined,
    );
    ipc.answer(dispatch);
    const call = (senderFrame: WebFrameMain | null) => handler!({ senderFrame } as IpcMainInvokeEvent, "app.start", {});
    return { call, dispatch, ipc, sent };
  }

  it("answers calls from our own top frame", async () => {
    const { call, dispatch } = connect();
    expect(await call(own)).toEqual({ ok: true, value: 1 });
    expect(dispatch).toHaveBeenCalledWith("app.start", {});
  });

  it.each([
    ["a frame that is gone", null],
    ["another window", frame()],
    ["a frame inside ours", frame({ parent: own })],
  ])("preload on foreign pages: rejects calls from %s", async (_name, sender) => {
    const { call, dispatch } = connect();
    expect(await call(sender)).toMatchObject({ ok: false, error: { code: "forbidden" } });
    expect(dispatch).not.toHaveBeenCalled();
  });

  it("preload on foreign pages: rejects calls from our own frame when it shows another page", async () => {
    const elsewhere = frame({ origin: "https://evil.example" });
    let handler: ((event: IpcMainInvokeEvent, name: unknown, args: unknown) => Promise<unknown>) | undefined;
    const ipc = connectIpc(
      { handle: (_channel, given) => (handler = given) },
      () => ({ mainFrame: elsewhere }) as never,
    );
    ipc.answer(async () => ({ ok: true, value: 1 }));
    expect(await handler!({ senderFrame: elsewhere } as IpcMainInvokeEvent, "app.start", {})).toMatchObject({
      ok: false,
    });
  });

  it("sends pending events before an answer, so that no older state overtakes it", async () => {
    const { call, ipc, sent } = connect();
    ipc.publish("store.changed", { state: "ready" });
    expect(sent).toEqual([]);
    await call(own);
    expect(sent).toEqual([["jackdaw:events", [["store.changed", { state: "ready" }]]]]);
  });
});

describe("navigation", () => {
  function lock() {
    const handlers = new Map<string, (event: object, url?: string) => void>();
    let open: ((details: { url: string }) => { action: string }) | undefined;
    const outside: string[] = [];
    const contents = {
      on: (name: string, handler: never) => handlers.set(name, handler),
      setWindowOpenHandler: (handler: never) => (open = handler),
    };
    lockNavigation(contents as never, async (url) => void outside.push(url));
    const isStopped = (name: string, event: object = {}, url?: string): boolean => {
      const preventDefault = vi.fn();
      handlers.get(name)!({ ...event, preventDefault }, url);
      return preventDefault.mock.calls.length > 0;
    };
    return { isStopped, open: open!, outside };
  }

  it("never leaves our page", () => {
    const { isStopped } = lock();
    expect(isStopped("will-navigate", {}, PAGE)).toBe(false);
    for (const url of [
      "https://evil.example/",
      "file:///etc/passwd",
      `${PAGE}other`,
      "app://evil/",
      "javascript:alert(1)",
    ]) {
      expect(isStopped("will-navigate", {}, url)).toBe(true);
    }
    expect(isStopped("will-redirect")).toBe(true);
    expect(isStopped("will-attach-webview")).toBe(true);
    expect(isStopped("will-frame-navigate", { isMainFrame: false, url: PAGE })).toBe(true);
  });

  it("openExternal: opens no window, and passes only allowed links to the system", () => {
    const { open, outside } = lock();
    for (const url of [
      "https://example.org/",
      "file:///etc/passwd",
      "smb://host/share",
      "ms-msdt:/id",
      "javascript:alert(1)",
      "data:text/html,x",
    ]) {
      expect(open({ url }).action).toBe("deny");
    }
    expect(outside).toEqual(["https://example.org/"]);
  });
});

describe("permissions", () => {
  it("denies every permission on every page, except copying and the microphone on our own page", () => {
    type Session = Parameters<typeof denyPermissions>[0];
    let request!: NonNullable<Parameters<Session["setPermissionRequestHandler"]>[0]>;
    let check!: NonNullable<Parameters<Session["setPermissionCheckHandler"]>[0]>;
    let device!: NonNullable<Parameters<Session["setDevicePermissionHandler"]>[0]>;
    denyPermissions({
      setPermissionRequestHandler: (handler) => void (request = handler!),
      setPermissionCheckHandler: (handler) => void (check = handler!),
      setDevicePermissionHandler: (handler) => void (device = handler!),
      setDisplayMediaRequestHandler: () => undefined,
    });
    for (const permission of [
      "media",
      "geolocation",
      "notifications",
      "openExternal",
      "fullscreen",
      "clipboard-read",
    ]) {
      const granted = vi.fn();
      request(null as never, permission as never, granted, { requestingUrl: PAGE } as never);
      expect(granted).toHaveBeenCalledWith(false);
      expect(check(null, permission as never, ORIGIN, {} as never)).toBe(false);
    }
    expect(check(null, "clipboard-sanitized-write", ORIGIN, {} as never)).toBe(true);
    expect(check(null, "clipboard-sanitized-write", "https://evil.example", {} as never)).toBe(false);
    const asked = (mediaTypes: string[], requestingUrl: string): boolean => {
      const answer = vi.fn();
      request(null as never, "media" as never, answer, { requestingUrl, mediaTypes } as never);
      return answer.mock.calls[0]![0] as boolean;
    };
    expect(asked(["audio"], `${ORIGIN}/`)).toBe(true);
    expect(asked(["audio", "video"], `${ORIGIN}/`)).toBe(false);
    expect(asked([], `${ORIGIN}/`)).toBe(false);
    expect(asked(["audio"], "https://evil.example/")).toBe(false);
    expect(check(null, "media", ORIGIN, { mediaType: "audio" } as never)).toBe(true);
    expect(check(null, "media", ORIGIN, { mediaType: "video" } as never)).toBe(false);
    expect(check(null, "media", "https://evil.example", { mediaType: "audio" } as never)).toBe(false);
    expect(device({} as never)).toBe(false);
  });
});

describe("the app scheme", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "jackdaw-page-"));
    await mkdir(join(folder, "page"));
    await writeFile(join(folder, "page", "index.html"), "<!doctype html>");
    await writeFile(join(folder, "secret.html"), "no");
  });
  afterEach(() => rm(folder, { recursive: true }));
  const get = (url: string, method = "GET") => answer({ url, method }, join(folder, "page"));

  it("serves the window with a strict policy", async () => {
    const page = await get(PAGE);
    expect(await page.text()).toBe("<!doctype html>");
    const policy = page.headers.get("Content-Security-Policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
  });

  it.each([
    ["app://evil/", "GET", 403],
    [`${PAGE}../secret.html`, "GET", 404],
    [`${PAGE}%2e%2e/secret.html`, "GET", 404],
    [`${PAGE}%2e%2e%2fsecret.html`, "GET", 404],
    [`${PAGE}missing.html`, "GET", 404],
    [PAGE, "POST", 405],
  ])("path traversal: answers %s by %s with %i", async (url, method, status) => {
    expect((await get(url, method)).status).toBe(status);
  });

  it("is a secure origin", () => {
    const register = vi.fn();
    registerScheme({ registerSchemesAsPrivileged: register });
    expect(register.mock.calls[0]![0]).toMatchObject([{ scheme: "app", privileges: { standard: true, secure: true } }]);
  });
});

describe("secret box", () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "jackdaw-secrets-"))));
  afterEach(() => rm(folder, { recursive: true }));
  const keyring = (backend: string, available = true) => ({
    isEncryptionAvailable: () => available,
    getSelectedStorageBackend: () => backend as never,
    encryptString: (text: string) => Buffer.from(`sealed:${Buffer.from(text).toString("hex")}`),
    decryptString: (bytes: Buffer) => Buffer.from(bytes.toString().slice(7), "hex").toString(),
  });

  it("stores a secret encrypted by the keyring", async () => {
    const box = createSecretBox(keyring("gnome_libsecret"), folder);
    expect(await box.load("store-key")).toBeNull();
    await box.save("store-key", Buffer.from("abc"));
    expect(Buffer.from((await box.load("store-key"))!).toString()).toBe("abc");
    const [file] = await readdir(join(folder, "secrets"));
    expect(await readFile(join(folder, "secrets", file!), "utf8")).toMatch(/^sealed:/);
  });

  it("keys in plain text: uses a private file when the keyring gives no protection, and can read it later", async () => {
    if (process.platform === "linux") expect(isProtected(keyring("basic_text"))).toBe(false);
    expect(isProtected(keyring("gnome_libsecret", false))).toBe(false);
    const before = createSecretBox(keyring("gnome_libsecret", false), folder);
    await before.save("store-key", Buffer.from("abc"));
    const after = createSecretBox(keyring("gnome_libsecret"), folder);
    expect(Buffer.from((await after.load("store-key"))!).toString()).toBe("abc");
  });
});

describe("other parts of the shell", () => {
  it("gives the page no access to Node", () => {
    expect(webPreferences("/preload.cjs")).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
    });
  });

  it("runs once: a second start shows the first window and passes its address on", () => {
    let second: ((event: object, argv: string[], folder: string, data: unknown) => void) | undefined;
    const app = {
      requestSingleInstanceLock: vi.fn(() => true),
      quit: vi.fn(),
      on: (_name: string, handler: never) => (second = handler),
    };
    const onSecond = vi.fn();
    expect(onlyInstance(app as never, null, onSecond)).toBe(true);
    second!({}, [], "/", { uri: "xmpp:romeo@example.net" });
    // Only the address counts; other data and the command line are ignored.
    for (const data of [undefined, null, "xmpp:a@b", {}, { uri: null }, { uri: 1 }])
      second!({}, ["jackdaw", "xmpp:a@b"], "/", data);
    expect(onSecond.mock.calls.map(([uri]) => uri as unknown)).toEqual([
      "xmpp:romeo@example.net",
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
    const late = { ...app, requestSingleInstanceLock: vi.fn(() => false) };
    expect(onlyInstance(late as never, "xmpp:juliet@example.org", onSecond)).toBe(false);
    expect(late.requestSingleInstanceLock).toHaveBeenCalledWith({ uri: "xmpp:juliet@example.org" });
    expect(late.quit).toHaveBeenCalledOnce();
  });

  it("shows the backup dialogs in front of the window and handles cancelling", async () => {
    const owner = {} as never;
    let answer = { canceled: false, filePath: "/home/me/a.jackdaw-backup", filePaths: ["/home/me/b.jackdaw-backup"] };
    const dialog = { showSaveDialog: vi.fn(async () => answer), showOpenDialog: vi.fn(async () => answer) };
    const dialogs = createFileDialogs(dialog as never, () => owner);
    expect(await dialogs.toSave("/home/me/proposed")).toBe("/home/me/a.jackdaw-backup");
    expect(dialog.showSaveDialog).toHaveBeenCalledWith(
      owner,
      expect.objectContaining({ defaultPath: "/home/me/proposed" }),
    );
    expect(await dialogs.toOpen("/home/me")).toBe("/home/me/b.jackdaw-backup");
    answer = { canceled: true, filePath: "", filePaths: [] };
    expect([await dialogs.toSave("/x"), await dialogs.toOpen("/x")]).toEqual([null, null]);
  });

  it("shows each notification, and opens its chat on a click", () => {
    const made: { options: unknown; click?: () => void; shown: boolean }[] = [];
    class Notices {
      static isSupported = () => true;
      readonly it: (typeof made)[number];
      constructor(options: unknown) {
        made.push((this.it = { options, shown: false }));
      }
      on(_name: string, handler: () => void) {
        this.it.click = handler;
        return this as never;
      }
      show() {
        this.it.shown = true;
      }
    }
    const clicked = vi.fn();
    const notify = createNotices(Notices as never, clicked, "linux");
    const chat = { account: "a", jid: "b" } as unknown as ChatKey;
    notify({ title: "Bob", body: "one", chat });
    notify({ title: "Bob <b>", body: "<b>two</b>", chat });
    expect(made.map((one) => one.shown)).toEqual([true, true]);
    expect(made.map((one) => one.options)).toEqual([
      { title: "Bob", body: "one" },
      { title: "Bob <b>", body: "&lt;b&gt;two&lt;/b&gt;" },
    ]);
    made[1]!.click!();
    expect(clicked).toHaveBeenCalledWith(chat);
  });

  it("restores the window position as long as its screen exists", async () => {
    const folder = await mkdtemp(join(tmpdir(), "jackdaw-window-"));
    const path = join(folder, "window.json");
    const screen = { getDisplayMatching: () => ({ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }) as never };
    const state = createWindowState(path, screen);
    expect(state.bounds()).toEqual({ width: 1100, height: 760 });
    const there = { x: 10, y: 20, width: 900, height: 700 };
    state.keep(there);
    expect(state.bounds()).toEqual(there);
    state.keep({ ...there, x: 5000 });
    expect(state.bounds()).toEqual({ width: 900, height: 700 });
    await writeFile(path, "broken");
    expect(state.bounds()).toEqual({ width: 1100, height: 760 });
    await rm(folder, { recursive: true });
  });

  it("shows the unread count, and has no developer tools in the menu", () => {
    const app = { setBadgeCount: vi.fn() };
    const tray = { setToolTip: vi.fn() };
    showUnread(app, tray, 3);
    expect(app.setBadgeCount).toHaveBeenCalledWith(3);
    expect(tray.setToolTip).toHaveBeenCalledWith("Jackdaw (3)");
    expect(JSON.stringify(applicationMenu("linux"))).not.toMatch(/reload|toggleDevTools/i);
  });
});
