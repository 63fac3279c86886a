/** Files that came encrypted (XEP-0454). */
export const attachment = {
  from: "Encrypted file, kept at {{host}}",
  show: "Show picture",
  save: "Save",
  working: "Fetching the file",
  saved: "Saved: {{path}}",
  picture: "Picture {{name}}",
  noPicture: "This is no picture that can be shown. You can save the file.",
} as const;
