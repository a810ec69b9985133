/** What can be stopped and started: a socket. Both are harmless when repeated. */
export interface Pausable {
  pause(): void;
  resume(): void;
}

/**
 * Stops and starts reading. The state is one boolean, never a count or a queue of events: `reassert`
 * applies it again, so a stop or start that got lost anywhere below is mended at the next tick and a
 * stream cannot hang.
 */
export class FlowGate {
  private isHeld = false;

  constructor(private readonly socket: Pausable) {}

  get held(): boolean {
    return this.isHeld;
  }

  hold(): void {
    this.isHeld = true;
    this.reassert();
  }

  release(): void {
    this.isHeld = false;
    this.reassert();
  }

  reassert(): void {
    if (this.isHeld) this.socket.pause();
    else this.socket.resume();
  }
}
