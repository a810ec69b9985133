import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planParts } from './part-plan.js';

describe('planParts', () => {
  it('covers every byte once, in order, with at most 10,000 parts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000_000 }),
        fc.integer({ min: 1, max: 10_000 }),
        (bytes, partBytes) => {
          const parts = planParts(bytes, partBytes);
          expect(parts.length).toBeLessThanOrEqual(10_000);
          let offset = 0;
          parts.forEach((part, index) => {
            expect(part).toMatchObject({ number: index + 1, offset });
            expect(part.bytes).toBeGreaterThan(0);
            offset += part.bytes;
          });
          expect(offset).toBe(bytes);
        },
      ),
      { numRuns: 50 },
    );
  });
});
