import { describe, expect, test } from '@jest/globals';
import { ProgressBoard, renderBar } from './progress-board.js';

function board(isTTY: boolean) {
  const written: string[] = [];
  const clock = { ms: 0 };
  const output = { isTTY, columns: 80, write: (text: string) => written.push(text) };
  return { written, clock, board: new ProgressBoard(output, () => clock.ms) };
}

describe('ProgressBoard', () => {
  test('redraws in place on a terminal, and not more often than it can be seen', () => {
    const { written, clock, board: shown } = board(true);
    shown.show([{ name: 'rows', share: 0, text: '0' }]);
    shown.show([{ name: 'rows', share: 0.1, text: '1' }]);
    clock.ms = 200;
    shown.show([{ name: 'rows', share: 1, text: '10' }]);
    expect(written).toHaveLength(2);
    expect(written[1]).toContain('\u001b[1A');
  });

  test('prints plain lines elsewhere, none twice', () => {
    const { written, clock, board: shown } = board(false);
    shown.show([{ name: 'rows', share: 0.5, text: '5' }]);
    clock.ms = 6_000;
    shown.show([{ name: 'rows', share: 0.5, text: '5' }]);
    clock.ms = 12_000;
    shown.show([
      { name: 'rows', share: 0.6, text: '6' },
      { name: 'objects', text: '3' },
    ]);
    expect(written).toEqual(['  rows 50% 5\n', '  rows 60% 6 · objects 3\n']);
  });

  test('bars stay in their width', () => {
    expect(renderBar({ name: 'rows', share: 7, text: '' })).toContain('█ 100%');
    expect(renderBar({ name: 'rows', share: -1, text: '' })).toContain('   0%');
  });
});
