import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FlowGate } from './flow-gate.js';

/** A socket that sometimes does not listen. */
class DeafSocket {
  reading = true;
  deaf = false;

  pause(): void {
    if (!this.deaf) this.reading = false;
  }

  resume(): void {
    if (!this.deaf) this.reading = true;
  }
}

describe('FlowGate', () => {
  it('holds and releases, however often it is told', () => {
    const socket = new DeafSocket();
    const gate = new FlowGate(socket);
    gate.hold();
    gate.hold();
    expect([socket.reading, gate.held]).toEqual([false, true]);
    gate.release();
    expect([socket.reading, gate.held]).toEqual([true, false]);
    gate.release();
    expect(socket.reading).toBe(true);
  });

  it('ends in the state asked for last, whatever got lost on the way', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.boolean())), (steps) => {
        const socket = new DeafSocket();
        const gate = new FlowGate(socket);
        for (const [deaf, hold] of steps) {
          socket.deaf = deaf;
          if (hold) gate.hold();
          else gate.release();
        }
        socket.deaf = false;
        gate.reassert();
        expect(socket.reading).toBe(!(steps.at(-1)?.[1] ?? false));
      }),
    );
  });
});
