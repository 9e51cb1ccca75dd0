const UNITS = ["bytes", "KiB", "MiB", "GiB"];

/**
 * A number of bytes for human eyes, in binary units as Shopee's own limits are.
 *
 * @param bytes How many.
 * @param total Out of how many, if that is to be told.
 * @returns Such as `9.3 MiB`, or `2.1 of 9.3 MiB`.
 */
export function formatBytes(bytes: number, total?: number): string {
  const most = total ?? bytes;
  let unit = 0;
  while (most >= 1024 ** (unit + 1) && unit < UNITS.length - 1) unit++;
  const inUnit = (count: number): string => (count / 1024 ** unit).toFixed(unit === 0 ? 0 : 1);
  return `${inUnit(bytes)}${total === undefined ? "" : ` of ${inUnit(total)}`} ${UNITS[unit]}`;
}
