import { describe, expect, it } from '@jest/globals';
import { leftOutColumns, splitStatements } from './split-statements.js';

describe('the statements of a text', () => {
  it('come without the comments between them', () => {
    const text = '-- one\n-- two; three\nSET a=b;\nCREATE x (\n  `a;b` INT -- c\n);\n-- end';
    expect(splitStatements(text)).toEqual(['SET a=b', 'CREATE x (\n  `a;b` INT -- c\n)']);
  });

  it('name the columns that are left out', () => {
    const text = '-- Column "a \\"b\\"" is left out: x.\n-- Column "c" holds y.\nSELECT 1;';
    expect(leftOutColumns(text)).toEqual(['a "b"']);
  });
});
