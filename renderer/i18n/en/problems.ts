/** Why an account is not online, and why a command failed: what happened, and what to do. */

/** A few words for the head of a banner. One entry for each code of `shared/model/problem.ts`. */
export const problemTitle = {
  "wrong-password": "Wrong password",
  "account-disabled": "Account disabled",
  "not-encrypted": "No encryption offered",
  "tls-injection": "Connection tampered with",
  "certificate-untrusted": "Unknown certificate",
  "certificate-expired": "Certificate expired",
  "certificate-not-yet-valid": "Certificate not valid yet",
  "certificate-wrong-name": "Certificate for another name",
  "certificate-changed": "The certificate has changed",
  "tls-failed": "Secure connection failed",
  "unknown-host": "Server not found",
  refused: "Connection refused",
  unreachable: "No network",
  timeout: "No answer",
  "no-mechanism": "No way to sign in",
  downgrade: "Weaker sign-in than before",
  "server-signature": "The server did not prove itself",
  "temporary-auth-failure": "Sign-in not possible right now",
  conflict: "Replaced by another client",
  "policy-violation": "Disconnected by the server",
  "see-other-host-loop": "Sent around in circles",
  "system-shutdown": "Server is shutting down",
  "resource-constraint": "Server is overloaded",
  "not-authorized-stream": "Not allowed by the server",
  "bad-xml": "Unreadable answer",
  "stream-error": "Server error",
  "connection-lost": "Connection lost",
} as const;

/** The whole sentence. One entry for each code of `shared/model/problem.ts`. */
export const problem = {
  "wrong-password": "The server does not accept this password. Check it and enter it again.",
  "account-disabled": "Your server has disabled this account. Please ask whoever runs the server.",
  "not-encrypted":
    "The server offers no encrypted connection, so Jackdaw did not send your password. Check host and port, or ask whoever runs the server.",
  "tls-injection":
    "Someone slipped data into the connection before it was encrypted. Nothing was sent. Try again from another network.",
  "certificate-untrusted":
    "Nobody your computer trusts vouches for this server’s certificate. Self-hosted servers often look like this, and so do attacks. Compare the fingerprint before you go on.",
  "certificate-expired":
    "The server’s certificate has expired. Whoever runs the server has to renew it; you can trust it anyway if you know why.",
  "certificate-not-yet-valid": "The server’s certificate is not valid yet. Check the clock of your computer first.",
  "certificate-wrong-name":
    "The server’s certificate was issued for another name. Check the address, or ask whoever runs the server.",
  "certificate-changed":
    "The server shows another certificate than the one you trusted. It may have been renewed, or someone is intercepting the connection. Do not go on before you have asked whoever runs the server.",
  "tls-failed": "The encrypted connection could not be set up. Check host, port and security in the advanced settings.",
  "unknown-host": "There is no server with this name. Check the part of the address after the @.",
  refused: "The server does not accept connections. It may be switched off, or host and port are wrong.",
  unreachable: "The server cannot be reached. You are probably offline.",
  timeout: "The server did not answer in time. It may be busy, or something on the way blocks the connection.",
  "no-mechanism": "The server offers no way to sign in that is safe enough to use. Please ask whoever runs the server.",
  downgrade:
    "The server offers only weaker ways to sign in than last time. It may have been set up anew, or someone wants your password. It was not sent.",
  "server-signature":
    "The server could not prove that it knows your password, so Jackdaw hung up. Someone may be posing as your server.",
  "temporary-auth-failure": "The server cannot check passwords right now. Jackdaw tries again by itself.",
  conflict:
    "Another client signed in with the same resource and took over. Choose another resource in the advanced settings, or try again.",
  "policy-violation": "The server ended the connection because of its rules. Try again later, or ask whoever runs it.",
  "see-other-host-loop": "The server keeps sending Jackdaw to other addresses. Please tell whoever runs it.",
  "system-shutdown": "The server is being restarted or switched off. Jackdaw comes back by itself.",
  "resource-constraint": "The server has too much to do right now. Jackdaw tries again by itself.",
  "not-authorized-stream": "The server closed the connection because this account may not use it.",
  "bad-xml": "The server sent something that is not proper XMPP, so Jackdaw hung up. It tries again by itself.",
  "stream-error": "The server ended the connection with an error. Jackdaw tries again by itself.",
  "connection-lost": "The connection broke off. Jackdaw tries again by itself.",
} as const;

/** One entry for each code of `errorCodes` in `shared/ipc/index.ts`. */
export const error = {
  "bad-arguments": "That did not look right, so nothing was changed. Check what you entered.",
  "unsendable-text":
    "There is a character in it that cannot be sent, perhaps an invisible one that was pasted. Type it instead.",
  "unknown-command": "This part of Jackdaw is out of step with the rest. Restart it, please.",
  forbidden: "This window may not do that. Close it and open Jackdaw again.",
  "not-found": "That is not there any more.",
  "store-locked": "Your messages are still locked. Unlock them first.",
  "store-not-writable": "Nothing can be saved right now. Make room on the disk and try again.",
  offline: "You are offline. Try again when the connection is back.",
  "server-refused": "The server said no to that.",
  "not-a-room": "This is the address of a person, not of a group chat.",
  timeout: "The server did not answer in time. Please try again.",
  "bad-link": "Jackdaw does not open links of this kind.",
  "bad-recovery-key": "This is not the key of these messages. Check it, digit by digit.",
  "nickname-changed":
    "You wrote this under another nickname. Others would see the correction as a second message, so nothing was sent.",
  "reaction-not-encrypted": "Reactions cannot be encrypted, so none are sent into an encrypted chat.",
  "chat-is-encrypted":
    "This chat is encrypted by now, so nothing was sent in the clear. Send it again, and it goes encrypted.",
  "key-has-changed": "The key of this device is not the one that you saw any more. Look at it again before you decide.",
  "bad-device-address": "This is no address with the keys of this person’s devices.",
  busy: "A backup is being made or restored already. Wait for it, or cancel it.",
  "file-not-written": "The file could not be saved there. Check whether there is room and whether you may write there.",
  "file-not-read": "The file could not be read. Check whether it is still there.",
  "picture-not-read": "A picture could not be read. You can send it as a file, unchanged.",
  "file-not-fetched": "The file could not be fetched: it is no longer there, or it was changed on its way.",
  "file-too-large": "This file is larger than your server takes, so it was not sent.",
  "file-disk-full":
    "There is no room on this computer to keep the file until it is sent. Free some space, then try again.",
  "upload-not-supported": "Your server takes no files, so they cannot be sent from this account.",
  "not-a-backup": "This file is no backup of Jackdaw.",
  "newer-backup": "This backup was made by a newer version of Jackdaw. Update this one first.",
  "wrong-passphrase": "The passphrase does not fit this backup. Check it, letter by letter.",
  "damaged-backup": "This backup is damaged or not complete. Nothing was changed. Try another copy of it.",
  internal: "Something went wrong in Jackdaw. Nothing was lost; please try again.",
} as const;
