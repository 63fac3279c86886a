/** End-to-end encryption (OMEMO): the switch of a chat, the marks on messages, devices and their keys. */
export const encryption = {
  title: "Encryption",
  menu: "Encryption of this chat",
  isOn: "Encryption is on",
  isOff: "Encryption is off",
  isImpossible: "Encryption is not possible: {{name}} has no device for it",
  isStuck: "Encryption is on, but {{name}} has no device that could read it",
  on: "End-to-end encrypted",
  onHint: "Only you and {{name}} can read what you write.",
  impossibleHint: "{{name}} does not use an app yet that can do it.",
  stuckHint: "{{name}} has no device at the moment that could read it. What you write waits for your decision.",
  off: "Not encrypted",
  offHint: "Whoever runs the servers can read what you write.",
  devicesOf: "Devices and keys of {{name}}",
  ownDevices: "My own devices and keys",
  writeOn: "Encrypted message",
  writeOff: "Unencrypted message",
  offTitle: "Write to {{name}} without encryption?",
  offText:
    "From now on, whoever runs the servers on the way can read what you write in this chat, and so can anybody who breaks into them. What was written until now stays as it is.",
  offConfirm: "Turn encryption off",
  keepOn: "Keep it on",

  encrypted: "encrypted",
  verified: "encrypted, from a verified device",
  notEncrypted: "not encrypted",
  notEncryptedHint:
    "This message came without encryption into an encrypted chat. Others could have read it, or written it.",
  fromUndecided: "unknown device",
  fromUndecidedHint: "When this came, you had not decided yet whether to trust the device that it was written on.",
  fromDistrusted: "distrusted device",
  fromDistrustedHint: "You do not trust the device that this was written on.",

  details: "Details",
  detailsTitle: "Why this message cannot be read",
  device: "Device",
  written: "Written",
  from: "From",
  meaning: "What it means",
  advice: "What you can do",
  askAgain: "Ask to send it again",
  askAgainText: "I could not read your message of {{time}}. Could you send it again, please?",
  renew: "Begin the encryption anew",
  renewed: "The encryption with this device begins anew",

  plain: "Send unencrypted",
  plainTitle: "Send this message without encryption?",
  plainText:
    "Encryption is turned off for this chat, and the message goes back to where you write. Whoever runs the servers can read it when you send it from there.",

  newDevice_one: "New device of {{name}}",
  newDevice_other: "{{count}} new devices of {{name}}",
  newDeviceText: "You have verified {{name}}, so a new device gets your messages only when you say so.",
  decide: "Look and decide",
  keyChanged: "A device of {{name}} shows another key",
  keyChangedText: "The app may have been installed anew, or somebody poses as {{name}}.",
  look: "Look at it",

  devicesTitle: "Devices of {{name}}",
  devicesText:
    "Each device has a key of its own. Compare its fingerprint once, in person or by phone, and nobody can pose as {{name}}.",
  noDevices: "{{name}} has no device that can encrypt.",
  loadFailed: "The devices could not be read",
  unnamed: "Device {{id}}",
  idOf: "No. {{id}}",
  thisDevice: "This device",
  "trust-verified": "Verified",
  "trust-trusted": "Not verified",
  "trust-undecided": "Waits for your decision",
  "trust-distrusted": "Not trusted",
  "trustHint-verified": "You have compared its key.",
  "trustHint-trusted": "It gets your messages. Its key was not compared yet.",
  "trustHint-undecided": "It gets none of your messages until you decide.",
  "trustHint-distrusted": "It gets none of your messages.",
  lastUsed: "Last message {{date}}",
  neverUsed: "No message yet",
  since: "known since {{date}}",
  noKey: "Its key could not be read yet.",
  "bundle-missing": "This device publishes no keys, so nothing can be encrypted for it. It helps to open its app once.",
  "bundle-bad":
    "The keys that this device publishes are not valid, so nothing can be encrypted for it. Its app has to be updated or set up anew.",
  fingerprint: "Fingerprint",
  copyFingerprint: "Copy fingerprint",
  verify: "Verify",
  verifyText:
    "Ask {{name}}, in person or by phone, for the fingerprint that the app there shows for this device. Are all eight groups the same?",
  verifyOwnText: "Open the fingerprint on your other device. Are all eight groups the same?",
  same: "All the same",
  different: "Something differs",
  trustIt: "Trust unverified",
  distrust: "Do not trust",
  trustAgain: "Trust again",
  nowVerified: "The device is verified",
  nowTrusted: "The device is trusted",
  nowDistrusted: "The device is not trusted any more",
  inactive_one: "{{count}} device that is no longer used",
  inactive_other: "{{count}} devices that are no longer used",
  remove: "Remove",
  removeTitle: "Remove {{name}}?",
  removeText:
    "New messages are no longer encrypted for it. If its app is still signed in somewhere, it may come back: sign it out there as well.",
  removeConfirm: "Remove device",
  removed: "{{name}} was removed",

  alarmTitle: "This device shows another key",
  alarmText:
    "That happens when the app of {{name}} was set up anew. It is also exactly what it looks like when somebody poses as {{name}}. Until you decide, it gets none of your messages, and nothing that it sends is believed.",
  oldKey: "Known until now",
  newKey: "Shown now",
  accept: "Accept the new key",
  acceptTitle: "Have you asked {{name}}?",
  acceptText:
    "Accept the new key only if {{name}} has told you, in person or by phone, that it is right. Whoever holds it can read what you write.",
  acceptOwnTitle: "Is this really your device?",
  acceptOwnText:
    "Accept the new key only if your other device shows the same fingerprint. Whoever holds it can read what you write.",
  acceptConfirm: "I have compared it: accept",
  accepted: "The new key is accepted",

  codeTitle: "Verify with a QR code",
  codeText:
    "Get the code of {{name}} while you see or hear each other. A picture that only comes by message proves little.",
  codeOwnText: "Show the code on your other device, and take a picture of it.",
  codePicture: "Open a picture",
  codeScreen: "Read it from the screen",
  codePaste: "Or paste a picture or an address",
  codePlaceholder: "xmpp:…",
  codeCheck: "Check",
  codeReading: "Looking for the code",
  codeNone: "No QR code could be found in this picture. Try a sharper or closer one.",
  codeScreenFailed: "The screen could not be read.",
  resultVerified_one: "{{count}} device is verified now.",
  resultVerified_other: "{{count}} devices are verified now.",
  resultDifferentTitle: "The keys do not match",
  resultDifferent:
    "The code names another key for {{devices}} than the one that is used here. Somebody may be posing as {{name}}. Do not trust it before you know why.",
  resultUnknown_one: "{{count}} device in the code is not known here yet.",
  resultUnknown_other: "{{count}} devices in the code are not known here yet.",

  pageText: "OMEMO keeps what you write between you and those you write to. Not even your server can read it.",
  chats: "Chats",
  byDefault: "Encrypt from the first message",
  byDefaultHint: "Wherever the other one’s app can do it. Each chat has a lock to turn it on or off.",
  ownText: "Others see this fingerprint in their app. They can compare it, or scan the code.",
  code: "QR code with the keys of {{jid}}",
  copyAddress: "Copy as an address",
  otherDevices: "Your other devices",
  otherDevicesText: "They read along with everything that you write and get.",
  noOtherDevices: "No other device of this account can encrypt.",
  noOwnKey: "The keys of this device are made when the account connects for the first time.",

  deviceCount_one: "{{count}} device",
  deviceCount_other: "{{count}} devices",
  verifiedCount: "{{number}} verified",
  openDevices: "Devices and keys",
} as const;

/** Why a message could not be read. One entry for each of `decryptionProblems` in shared/model/encryption.ts. */
export const decryption = {
  "not-for-this-device": "Not encrypted for this device",
  "own-device": "Written on this device, but lost here",
  "no-session": "The key to this message is missing",
  "session-broken": "This message could not be decrypted",
  tampered: "This message was changed on its way",
  malformed: "This message is damaged",
  "key-changed": "From a device that shows another key",
  "unknown-sender": "It is not known who wrote this",
} as const;

/** What it means. */
export const decryptionMeaning = {
  "not-for-this-device":
    "When it was written, the sender’s app did not know this device yet, so it holds no key for it. That is usual for messages from before Jackdaw was set up here.",
  "own-device":
    "It was sent from here, before the messages on this computer were lost or the account was set up anew. What a device sends it cannot decrypt again.",
  "no-session":
    "The sender’s app relies on an encryption that was agreed upon earlier and is not known here any more. Nobody else could read the message.",
  "session-broken":
    "The encryption with this device is out of step, as it happens when one side was restored from a backup. Nobody else could read the message.",
  tampered:
    "Its seal does not match its content. It was changed after it was encrypted, by accident or on purpose, so nothing of it is shown.",
  malformed: "It lacks parts, or they have the wrong form. The app that wrote it probably has a fault.",
  "key-changed":
    "The device uses another key than the one that is known here. Its app may have been set up anew, or somebody else may have written this.",
  "unknown-sender":
    "The group chat does not say whose address wrote it, and it fits the keys of none of its members. So it cannot be told whose key would open it.",
} as const;

/** What the user can do. */
export const decryptionAdvice = {
  "not-for-this-device":
    "Your other devices may show it. Else ask for it to be sent again; from now on this device is known.",
  "own-device": "Your other devices may show it. New messages are not affected.",
  "no-session": "Jackdaw has already begun anew with this device. Ask for the message to be sent again.",
  "session-broken": "Jackdaw repairs the encryption by itself. Ask for the message to be sent again.",
  tampered: "Ask for it to be sent again. If it happens more often, ask over another channel.",
  malformed: "Ask for it to be sent again. If it happens more often, the app on the other side should be updated.",
  "key-changed":
    "Compare the fingerprint with the sender, and decide whether you accept the new key. Then ask for the message to be sent again.",
  "unknown-sender": "Your other devices may show it. Else ask in the group chat for it to be sent again.",
} as const;
