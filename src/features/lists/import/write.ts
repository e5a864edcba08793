/** What is offered here, in the two forms that other installations read. What these cannot say is left out of them. */

export interface ExportedEntry {
  readonly name: string;
  readonly version: string;
  /** RFC 3339, UTC: when the entry was accepted by which it is here. */
  readonly acceptedAt: string;
}

/** One name per line, each once, sorted. */
export function writeNames(entries: readonly ExportedEntry[]): string {
  const names = [...new Set(entries.map(({ name }) => name))].toSorted();
  return names.map((name) => `${name}\n`).join('');
}

/** `uk-tre/packages`: an array with exactly the version that was cleared, and the day of its acceptance. */
export function writeUkTre(entries: readonly ExportedEntry[]): string {
  const rows = entries.map(({ name, version, acceptedAt }) => ({
    package_name: name,
    version: `== ${version}`,
    approval_date: acceptedAt.slice(0, 10),
    revoke_date: null,
  }));
  return `${JSON.stringify(rows, null, 2)}\n`;
}
