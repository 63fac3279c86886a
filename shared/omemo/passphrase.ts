/** Passphrases of backups. */

/** Minimum length in UTF-16 units; the file may fall into anybody's hands. */
export const MIN_PASSPHRASE = 10;
