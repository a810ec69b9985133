import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DeliveryColumn } from '@lakeferry/contracts';
import { isDeliveryError } from '@lakeferry/errors';
import { amendFile } from './amend-footer.js';
import { readThrift, THRIFT, writeThrift, type ThriftStruct } from './thrift-compact.js';

const COLUMN: DeliveryColumn = {
  ...{ columnName: 'c', ossColumnName: 'c', type: 'INT96', encode: 'PLAIN' },
  sourceType: 'timestamp',
};

/** A struct of every type, as deep as asked for. */
function struct(depth: number): fc.Arbitrary<ThriftStruct> {
  const bytes = fc.uint8Array({ maxLength: 140, size: 'small' });
  const integer = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
  const leaf = fc.oneof(
    fc.constantFrom({ type: THRIFT.TRUE, value: null }, { type: THRIFT.FALSE, value: null }),
    fc.record({ type: fc.constant(THRIFT.BINARY), value: bytes }),
    fc.record({ type: fc.constantFrom(THRIFT.I16, THRIFT.I32, THRIFT.I64), value: integer }),
    fc.uint8Array({ minLength: 8, maxLength: 8 }).map((value) => ({ type: THRIFT.DOUBLE, value })),
    fc.record({
      type: fc.constant(THRIFT.LIST),
      value: fc.record({
        type: fc.constant(THRIFT.BINARY),
        items: fc.array(bytes, { maxLength: 20, size: 'medium' }),
      }),
    }),
  );
  const inner = depth === 0 ? leaf : fc.oneof(leaf, nested(depth - 1));
  return fc
    .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 90 }), inner), { selector: ([id]) => id })
    .map((fields) => new Map(fields.sort(([a], [b]) => a - b)));
}

function nested(depth: number) {
  const items = fc.array(struct(depth), { maxLength: 3 });
  return fc.oneof(
    struct(depth).map((value) => ({ type: THRIFT.STRUCT, value })),
    items.map((list) => ({ type: THRIFT.LIST, value: { type: THRIFT.STRUCT, items: list } })),
  );
}

describe('the compact protocol', () => {
  it('reads what it writes, and writes the same bytes again', () => {
    fc.assert(
      fc.property(struct(1), (value) => {
        const bytes = writeThrift(value);
        const read = readThrift(bytes);
        expect(read).toEqual(value);
        expect(writeThrift(read)).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
  });

  it.each([[[0x15]], [[0x18, 0x05, 0x61]], [[0x1d, 0x00]], [[0x00, 0x00]]])(
    'refuses %j',
    (bytes) => {
      expect(() => readThrift(Uint8Array.from(bytes))).toThrow('unreadable');
    },
  );
});

describe('a footer', () => {
  it('that needs nothing is left alone', () => {
    const pieces = [Uint8Array.of(1), Uint8Array.of(2)];
    expect(amendFile(pieces, [{ ...COLUMN, type: 'INT64' }])).toEqual(pieces);
  });

  it.each([
    ['no magic', [Uint8Array.from({ length: 20 })]],
    ['too short', [Uint8Array.from([...Buffer.from('\u0009\0\0\0PAR1')])]],
    ['no such column', [footerOf('d')]],
  ])('of a broken file is refused: %s', (_, pieces) => {
    try {
      amendFile(pieces, [COLUMN]);
      throw new Error('it was taken');
    } catch (error) {
      expect(isDeliveryError(error) && error.code).toBe('INVARIANT_BROKEN');
    }
  });
});

/** The end of a file whose schema has one column of that name. */
function footerOf(name: string): Uint8Array<ArrayBuffer> {
  const root: ThriftStruct = new Map([[5, { type: THRIFT.I32, value: 1n }]]);
  const column: ThriftStruct = new Map([[4, { type: THRIFT.BINARY, value: Buffer.from(name) }]]);
  const list = { type: THRIFT.STRUCT, items: [root, column] };
  const footer = writeThrift(new Map([[2, { type: THRIFT.LIST, value: list }]]));
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(footer.length, 0);
  tail.write('PAR1', 4, 'latin1');
  return Uint8Array.from([...footer, ...tail]);
}
