/** The recording that is under way: one at a time, for one chat. It goes on while another chat is looked at. */
import { create } from "zustand";
import { format } from "date-fns";
import type { Encryption } from "../../../shared/model/encryption.ts";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import { t } from "../../i18n/index.ts";
import { log } from "../../log.ts";
import { chatId } from "../../state/chat-id.ts";
import { sendMessage } from "../../state/messages/messages.ts";
import { showToast } from "../../state/toasts.ts";
import { dropFiles, stageFiles } from "../files/stage.ts";
import { asMp4 } from "./as-mp4.ts";
import { MicrophoneError, startRecording, type Recorder } from "./recorder.ts";

export type Recording =
  | { state: "starting" }
  | { state: "recording" | "paused"; recorder: Recorder }
  /** Can be listened to. */
  | { state: "done"; blob: Blob; url: string; duration: number }
  | { state: "sending"; blob: Blob; url: string; duration: number };

interface Voice {
  chat: ChatKey | null;
  recording: Recording | null;
}

const useVoice = create<Voice>()(() => ({ chat: null, recording: null }));

/** Null: nothing is recorded for this chat. */
export const useRecording = (key: ChatKey): Recording | null =>
  useVoice((state) => (state.chat !== null && chatId(state.chat) === chatId(key) ? state.recording : null));

const now = (): Recording | null => useVoice.getState().recording;
const put = (recording: Recording): void => useVoice.setState({ recording });

/** Says why if there is no microphone. What is recorded elsewhere is dropped. */
export async function record(chat: ChatKey): Promise<void> {
  cancelRecording();
  const starting: Recording = { state: "starting" };
  useVoice.setState({ chat, recording: starting });
  try {
    const recorder = await startRecording(() => void finish());
    if (now() === starting) put({ state: "recording", recorder });
    else recorder.cancel();
  } catch (error) {
    log.debug("the microphone could not be opened", error);
    if (now() === starting) useVoice.setState({ chat: null, recording: null });
    showToast({ tone: "danger", text: t(`voice.${error instanceof MicrophoneError ? error.fault : "failed"}`) });
  }
}

export function pauseOrGoOn(): void {
  const recording = now();
  if (recording?.state === "recording") {
    recording.recorder.pause();
    put({ ...recording, state: "paused" });
  } else if (recording?.state === "paused") {
    recording.recorder.resume();
    put({ ...recording, state: "recording" });
  }
}

/** Ends the recording, so that it can be listened to. @returns null: nothing was recorded, or it cannot be read */
export async function finish(): Promise<Extract<Recording, { state: "done" }> | null> {
  const recording = now();
  if (recording?.state === "done") return recording;
  if (recording?.state !== "recording" && recording?.state !== "paused") return null;
  const recorded = await recording.recorder.stop();
  if (useVoice.getState().chat === null) return null;
  try {
    if (recorded === null) throw new Error("nothing was recorded");
    const { blob, duration } = await asMp4(recorded);
    const done = { state: "done", blob, duration, url: URL.createObjectURL(blob) } as const;
    put(done);
    return done;
  } catch (error) {
    log.debug("a recording is lost", error);
    useVoice.setState({ chat: null, recording: null });
    showToast({ tone: "danger", text: t("voice.failed") });
    return null;
  }
}

export function cancelRecording(): void {
  const recording = now();
  if (recording?.state === "recording" || recording?.state === "paused") recording.recorder.cancel();
  if (recording?.state === "done") URL.revokeObjectURL(recording.url);
  if (recording?.state !== "sending") useVoice.setState({ chat: null, recording: null });
}

/** Sends what was recorded. @throws {CallFailed} and it can be sent again */
export async function sendRecording(encryption: Encryption): Promise<void> {
  const { chat } = useVoice.getState();
  const done = await finish();
  if (done === null || chat === null) return;
  put({ ...done, state: "sending" });
  try {
    const name = `${t("voice.fileName")} ${format(Date.now(), "yyyy-MM-dd HH-mm-ss")}.m4a`;
    const file = new File([done.blob], name, { type: "audio/mp4" });
    const files = await stageFiles(
      chat.account,
      { files: [{ id: 0, file, preview: null }], form: "file" },
      () => undefined,
    );
    try {
      await sendMessage(chat, "", encryption, { files });
    } catch (error) {
      await dropFiles(files);
      throw error;
    }
    URL.revokeObjectURL(done.url);
    useVoice.setState({ chat: null, recording: null });
  } catch (error) {
    put(done);
    throw error;
  }
}
