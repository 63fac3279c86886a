/** What the settings are until the user changes them. Without imports, so that the window has them without schemas. */
export const DEFAULT_SETTINGS = {
  theme: "system",
  language: "system",
  enterSends: true,
  textSize: "normal",
  sendReceipts: true,
  sendReadMarkers: true,
  sendChatStates: true,
  answerStrangers: false,
  syncRead: true,
  encryptByDefault: true,
  autoDownload: "contacts",
  autoDownloadLimit: 10,
  autoDownloadVoice: true,
  autoDownloadVideos: false,
  keepFilesDays: 0,
  keepFilesLargest: 0,
} as const;
