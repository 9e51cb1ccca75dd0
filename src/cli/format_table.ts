/**
 * Lines up the columns of a table for human eyes.
 *
 * @param rows The cells of each row. The last column is not padded: the place for what may be of any width.
 * @returns A line for each row.
 */
export function formatTable(rows: string[][]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]!.length))) ?? [];
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd());
}
