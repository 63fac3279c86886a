/** Arranges what is newest first in rows under the names of months. */

export type Row<T> =
  { kind: "month"; key: string; at: number } | { kind: "items"; key: string; from: number; items: T[] };

/**
 * @param columns items of a row
 * @returns `from`: the index of a row's first item among all
 */
export function byMonth<T extends { sentAt: number }>(items: readonly T[], columns: number): Row<T>[] {
  const rows: Row<T>[] = [];
  let month = "";
  let row: T[] = [];
  for (const [at, item] of items.entries()) {
    const date = new Date(item.sentAt);
    const its = `${date.getFullYear()}-${date.getMonth()}`;
    if (its !== month) {
      month = its;
      rows.push({ kind: "month", key: `${its} ${at}`, at: item.sentAt });
      row = [];
    }
    if (row.length === 0 || row.length === columns) {
      row = [];
      rows.push({ kind: "items", key: `row ${at}`, from: at, items: row });
    }
    row.push(item);
  }
  return rows;
}
