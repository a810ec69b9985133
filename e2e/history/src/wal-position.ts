const WAL_POSITION = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i;

/**
 * Reads a WAL position in PostgreSQL's text form. The checker has its own reader on purpose: it shares
 * no code with what it checks.
 */
export function parseWalPosition(text: string): bigint {
  const match = WAL_POSITION.exec(text);
  if (match === null) throw new TypeError(`not a WAL position: ${text.slice(0, 40)}`);
  return (BigInt(`0x${match[1]}`) << 32n) | BigInt(`0x${match[2]}`);
}
