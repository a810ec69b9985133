/**
 * How PostgreSQL's text of a type becomes JSON. The same table serves the scan and the stream, so a
 * value looks the same whichever way it came.
 */
export const RENDER_TEXT = 0;
/** `smallint`, `integer`: a number as it stands. */
export const RENDER_INT = 1;
/** `bigint`: a number inside ±(2^53−1), a string outside. */
export const RENDER_BIGINT = 2;
/** `real`, `double precision`: a number; NaN and infinities as strings. */
export const RENDER_FLOAT = 3;
/** `boolean` */
export const RENDER_BOOL = 4;
/** `bytea`: a string of base64. */
export const RENDER_BYTES = 5;
/** Types whose text holds nothing that JSON escapes: a string, copied without looking. */
export const RENDER_PLAIN = 6;

export type Rendering = 0 | 1 | 2 | 3 | 4 | 5 | 6;

const BY_TYPE_OID: Readonly<Record<number, Rendering>> = {
  16: RENDER_BOOL,
  17: RENDER_BYTES,
  20: RENDER_BIGINT,
  21: RENDER_INT,
  23: RENDER_INT,
  700: RENDER_FLOAT,
  701: RENDER_FLOAT,
  1082: RENDER_PLAIN, // date
  1083: RENDER_PLAIN, // time
  1114: RENDER_PLAIN, // timestamp
  1184: RENDER_PLAIN, // timestamptz
  1700: RENDER_PLAIN, // numeric
  2950: RENDER_PLAIN, // uuid
};

/** @param baseTypeOid the type under all domains */
export function renderingOf(baseTypeOid: number): Rendering {
  return BY_TYPE_OID[baseTypeOid] ?? RENDER_TEXT;
}

/** What the row writers know of a source column. */
export interface SourceColumn {
  readonly name: string;
  readonly typeOid: number;
  /** The type under all domains; it decides how values are rendered. */
  readonly baseTypeOid: number;
  /** Number in the table, which a column keeps whatever it is called. */
  readonly attnum?: number | undefined;
  /** It was dropped: its values are null. */
  readonly gone?: true | undefined;
}
