/** Whether a text is one that the database can hold: without NUL, and without half of a surrogate pair. */
export function isPlainText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
