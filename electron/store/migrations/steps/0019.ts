/**
 * Sources that the author of a file attached after its message (XEP-0447 §3.3), and the id that tells the files of a
 * message apart. Attached sources that come before their message wait in `amendments`, as the kind `sources`.
 */
export const sql = `
ALTER TABLE files ADD COLUMN share_id TEXT;
ALTER TABLE files ADD COLUMN attached TEXT; -- JSON, as FileSource; null: none
`;
