const TWO_32 = 4294967296;

/** Writes a safe integer as a 64-bit two's complement pair (low, high) at `at`. */
export function writeSafeInt64(ints: Int32Array, at: number, value: number): void {
  const high = Math.floor(value / TWO_32);
  ints[at] = value - high * TWO_32;
  ints[at + 1] = high;
}

/**
 * Writes ±(head·10^9 + tail), `head` below 10^10 and `tail` below 10^9, as a 64-bit pair at `at`.
 * False when it does not fit.
 */
export function writeSplitInt64(
  ints: Int32Array,
  at: number,
  digits: { readonly head: number; readonly tail: number; readonly negative: boolean },
): boolean {
  // 10^9 = 15258·2^16 + 51712: every partial product stays below 2^53.
  const upper = digits.head * 15258;
  const upperHigh = Math.floor(upper / 65536);
  const rest = (upper - upperHigh * 65536) * 65536 + digits.head * 51712 + digits.tail;
  const carry = Math.floor(rest / TWO_32);
  const low = rest - carry * TWO_32;
  const high = upperHigh + carry;
  if (high > 0x7fffffff) {
    if (!digits.negative || high !== 0x80000000 || low !== 0) return false;
  }
  if (!digits.negative) {
    ints[at] = low;
    ints[at + 1] = high;
    return true;
  }
  ints[at] = -low;
  ints[at + 1] = low === 0 ? -high : -high - 1;
  return true;
}

/** Writes a bigint that fits as a 64-bit pair at `at`. */
export function writeInt64(ints: Int32Array, at: number, value: bigint): void {
  ints[at] = Number(BigInt.asIntN(32, value));
  ints[at + 1] = Number(BigInt.asIntN(32, value >> 32n));
}

/** Writes a bigint that fits as four 32-bit limbs, lowest first, at `at`. */
export function writeInt128(ints: Int32Array, at: number, value: bigint): void {
  for (let limb = 0; limb < 4; limb += 1) {
    ints[at + limb] = Number(BigInt.asIntN(32, value >> BigInt(32 * limb)));
  }
}

/** Julian day number of 1970-01-01. */
const JULIAN_DAY_1970 = 2440588;

/** Writes a time of Impala's and Hive's old form: nanos of the day in two words, then the Julian day. */
export function setInt96(ints: Int32Array, row: number, days: number, microsOfDay: number): void {
  writeSafeInt64(ints, row * 3, microsOfDay * 1000);
  ints[row * 3 + 2] = days + JULIAN_DAY_1970;
}

export const INT64_MIN = -(2n ** 63n);
export const INT64_MAX = 2n ** 63n - 1n;
