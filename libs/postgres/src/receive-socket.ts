import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Gets raw bytes. They are valid during the call only: the buffer is filled again afterwards. */
export type ByteReceiver = (bytes: Buffer, byteCount: number) => void;

/** Bounds what arrives after reading was stopped. */
export const RECEIVE_BUFFER_BYTES = 256 * 1024;

/**
 * A socket whose incoming bytes go to the driver until a receiver takes them over.
 *
 * A plain TCP or Unix socket reads into one buffer that is used again and again, so that a stream of a
 * million rows allocates nothing; over TLS the chunks come from the TLS layer.
 */
export class ReceiveSocket {
  private receiver: ByteReceiver | null = null;
  private driverListeners: ((bytes: Buffer) => void)[] = [];
  private ownBuffer = false;

  createSocket(): Socket {
    this.ownBuffer = true;
    const buffer = Buffer.allocUnsafeSlow(RECEIVE_BUFFER_BYTES);
    const socket: Socket = new Socket({
      onread: {
        buffer,
        callback: (byteCount) => {
          if (this.receiver !== null) this.receiver(buffer, byteCount);
          else socket.emit('data', Buffer.from(buffer.subarray(0, byteCount)));
          return true;
        },
      },
    });
    return socket;
  }

  /** Bytes go to `receiver` from now on. The connection must be idle: no message half-read. */
  takeOver(socket: Duplex, receiver: ByteReceiver): void {
    this.receiver = receiver;
    if (this.ownBuffer) return;
    this.driverListeners = socket.listeners('data') as ((bytes: Buffer) => void)[];
    socket.removeAllListeners('data');
    socket.on('data', (bytes: Buffer) => this.receiver?.(bytes, bytes.length));
  }

  /** Bytes go to the driver again. */
  giveBack(socket: Duplex): void {
    this.receiver = null;
    if (this.ownBuffer) return;
    socket.removeAllListeners('data');
    for (const listener of this.driverListeners) socket.on('data', listener);
    this.driverListeners = [];
  }
}
