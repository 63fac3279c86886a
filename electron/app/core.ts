/** The core: connects the store, the accounts and the commands. It knows the host only through `Host`. */
import { join } from "node:path";
import pLimit from "p-limit";
import { commands as contract, type CommandName } from "../../shared/ipc/index.ts";
import { chooseLanguage } from "../../shared/model/language.ts";
import { checkLink, isXmppLink } from "../../shared/link.ts";
import { defaultSettings, type Settings } from "../../shared/model/settings.ts";
import { createFileCopies } from "../attachments/file-copies.ts";
import { moveAside } from "../store/engine/move-aside.ts";
import { openStore } from "../store/engine/open.ts";
import { createXmppClient } from "../xmpp/client.ts";
import { logged } from "../log/log.ts";
import { createAccounts } from "./accounts/accounts.ts";
import { createNotifications } from "./messaging/notifications.ts";
import { annotationCommands } from "./messaging/annotations/commands.ts";
import { chatCommands, publishChats } from "./messaging/commands.ts";
import { createActivity } from "./program/activity.ts";
import { archiveCommands } from "./messaging/archive/commands.ts";
import { fileCommands } from "./media/uploads/commands.ts";
import { createStagedFiles } from "./media/uploads/staged-files.ts";
import { downloadCommands } from "./media/downloads/commands.ts";
import { createCleanUp } from "./media/downloads/clean-up.ts";
import { createKeptFiles, keptFolder } from "./media/downloads/kept-files.ts";
import { avatarCommands } from "./media/avatar-commands.ts";
import { backupCommands } from "./backup/commands.ts";
import { createConnectGate } from "./accounts/connect-gate.ts";
import { deviceCommands } from "./omemo/commands.ts";
import { asCommandError } from "./errors.ts";
import { createOpenChats } from "./messaging/open-chats.ts";
import { watchNetwork } from "./program/network-watch.ts";
import { createPending } from "./contacts/pending.ts";
import { CommandError, type Core, type Handlers, type Host } from "./host.ts";
import { registrationCommands } from "./registration/commands.ts";
import { createRequestedUris } from "./program/requested-uris.ts";
import { roomCommands } from "./rooms/commands.ts";
import { rosterCommands } from "./contacts/commands.ts";
import { serviceCommands } from "./services/commands.ts";
import { createVault } from "./program/vault.ts";

/** Commands that work while the store is locked. */
const WITHOUT_STORE: ReadonlySet<CommandName> = new Set([
  "app.start",
  "store.retry",
  "store.restore",
  "store.startAfresh",
  "link.open",
  "window.focus",
]);

/** Builds the core of a host; `start` runs it. */
export function createCore(host: Host): Core {
  const publish = host.publish;
  let settings: Settings = defaultSettings;
  const vault = createVault({ host, openStore, moveAside, onStatus: (status) => publish("store.changed", status) });
  const notifications = createNotifications(vault, host, () => chooseLanguage(settings.language, host.locale));
  const openChats = createOpenChats();
  const uris = createRequestedUris(publish);
  const pending = createPending(vault, publish);
  const staging = createFileCopies(join(host.dataFolder, "outgoing"));
  const staged = createStagedFiles(staging);
  const kept = createKeptFiles(vault, createFileCopies(keptFolder(host.dataFolder)));
  const accounts = createAccounts(vault, {
    store: vault,
    publish,
    notifications,
    openChats,
    settings: () => settings,
    turn: createConnectGate(),
    checkpoint: (at, passing) => host.checkpoint?.(at, passing),
    version: host.version,
    createXmppClient,
    pending,
    staging,
    keepCopy: (id) => staging.move(id, keptFolder(host.dataFolder)),
  });
  const cleanUp = createCleanUp(kept, () => settings);
  const activity = createActivity((active) => {
    for (const { client } of accounts.all()) client.setActive(active);
  });
  const changing = pLimit(1);
  let loaded = false;
  /** The attempt to open the store that is in progress; requests from the window wait for it. */
  let latestTry: Promise<unknown> = Promise.resolve();

  /** Runs once, when the store opens: loads the state that the core keeps in memory, then connects. */
  async function whenOpen(): Promise<void> {
    if (loaded || vault.status.state === "locked") return;
    loaded = true;
    settings = await vault.read("settings.get", {});
    // What was chosen and not sent before the program ended is gone with its window.
    await staging
      .sweep(new Set(await vault.read("files.staged", {})))
      .catch(logged("app", "files that were not sent could not be removed", "warn"));
    await kept.sweep().catch(logged("app", "copies of files could not be removed", "warn"));
    await accounts.load();
    // Nothing waits for it.
    void cleanUp.now();
    publish("settings.changed", settings);
    publish("accounts.changed", { changed: accounts.all().map((session) => session.view()), removed: [] });
    notifications.refreshBadge();
  }

  async function opening(attempt: Promise<unknown>) {
    const opened = attempt.then(whenOpen);
    // The window learns of the open store at once and asks for the accounts, so it must wait until they are loaded.
    latestTry = opened.catch(logged("app", "the store was opened, but not the accounts", "warn"));
    await opened;
    if (vault.status.state !== "locked") void accounts.connect();
    return vault.status;
  }

  const plain: Handlers = {
    async "app.start"() {
      await latestTry;
      uris.windowIsThere();
      return {
        version: host.version,
        host: host.kind,
        platform: process.platform,
        locale: host.locale,
        settings,
        store: vault.status,
        accounts: accounts.all().map((session) => session.view()),
        cacheKey: vault.cacheKey(),
      };
    },
    "settings.change"(change) {
      // Serialized: each change starts from the result of the previous one, or one of two quick changes would be lost.
      return changing(async () => {
        const next: Settings = { ...settings };
        for (const [name, value] of Object.entries(change))
          if (value !== undefined) Object.assign(next, { [name]: value });
        await vault.write({ op: "settings.set", args: next });
        settings = next;
        publish("settings.changed", settings);
        // What we announce depends on it (XEP-0085 §4).
        if (change.sendChatStates !== undefined)
          for (const { client } of accounts.all())
            client.presence.again().catch(logged("app", "a changed feature could not be announced"));
        if (change.keepFilesDays !== undefined || change.keepFilesLargest !== undefined) void cleanUp.now();
        // Changes the encryption of every chat without a choice of its own.
        if (change.encryptByDefault !== undefined) await publishChats(vault, publish);
        return settings;
      });
    },
    "store.retry": () => opening(vault.open()),
    "store.restore": ({ recoveryKey }) => opening(vault.restore(recoveryKey)),
    "store.startAfresh": () => opening(vault.startAfresh()),
    async "store.recoveryKey"() {
      return { recoveryKey: await vault.recoveryKey() };
    },
    ...accounts.commands,
    ...rosterCommands(vault, accounts, pending.requests),
    ...chatCommands(vault, accounts, notifications, openChats, publish, staged),
    ...fileCommands(accounts, staged),
    ...annotationCommands(vault, accounts),
    ...archiveCommands(accounts),
    ...downloadCommands({ store: vault, accounts, settings: () => settings, kept, host }),
    ...avatarCommands(accounts),
    ...backupCommands(vault, accounts, host),
    ...deviceCommands(vault, accounts),
    ...roomCommands(vault, accounts, openChats, publish, pending.invitations),
    ...registrationCommands(accounts),
    ...serviceCommands(accounts),
    async "link.open"({ url }) {
      const checked = checkLink(url);
      if (checked === null) throw new CommandError("bad-link", "only http, https, mailto and xmpp links are opened");
      if (isXmppLink(checked)) uris.request(checked);
      else await host.openExternal(checked);
      return null;
    },
    "window.focus"({ focused }) {
      notifications.setFocused(focused);
      activity.set(focused);
      return null;
    },
  };

  function networkChanged(): void {
    // An account that stopped permanently waits for the user, not for the network.
    for (const { client } of accounts.all()) {
      if (client.state.state === "waiting") client.connectNow();
      else if (client.state.state === "online") client.checkLink();
    }
  }
  let endWatch: () => void = () => undefined;

  return {
    handlers: guarded(plain, () => vault.status.state !== "locked" && vault.status.state !== "opening"),
    async start() {
      endWatch = watchNetwork(networkChanged);
      latestTry = vault.open().then(whenOpen);
      await latestTry;
      if (vault.status.state !== "locked") void accounts.connect();
    },
    async stop(impatient) {
      endWatch();
      cleanUp.stop();
      await Promise.race([accounts.stop(), ...(impatient === undefined ? [] : [impatient])]);
      // A store that is being opened would stay open: the process must not end while its worker runs.
      await latestTry.catch(logged("app", "the store was not opened"));
      await vault.close();
    },
    networkChanged,
    requestUri: uris.request,
  };
}

/** Every handler fails while the store is locked, and fails with codes of the contract. */
function guarded(plain: Handlers, isOpen: () => boolean): Handlers {
  const result: Record<string, (args: never) => Promise<unknown>> = {};
  for (const name of Object.keys(contract) as CommandName[]) {
    const handler = plain[name] as (args: never) => unknown;
    result[name] = async (args) => {
      if (!WITHOUT_STORE.has(name) && !isOpen()) throw new CommandError("store-locked", "the store is not open", true);
      try {
        return await handler(args);
      } catch (error) {
        throw asCommandError(error);
      }
    };
  }
  return result as Handlers;
}
