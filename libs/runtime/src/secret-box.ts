import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DeliveryError } from '@lakeferry/errors';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A string that never shows in logs, JSON or inspection. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The one way to the value. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]';
  }
}

/** Seals text with the installation's key (AES-256-GCM), so that it may travel and be stored. */
export class SecretBox {
  readonly #key: Buffer;

  /** @param key base64 of 32 bytes */
  constructor(key: Secret) {
    this.#key = Buffer.from(key.reveal(), 'base64');
    if (this.#key.length !== 32) {
      throw new DeliveryError('CONFIG_INVALID', 'the secret key must be 32 bytes in base64');
    }
  }

  seal(text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** @throws DeliveryError UNAUTHENTICATED when the text was not sealed with this key. */
  open(sealed: string): Secret {
    const bytes = Buffer.from(sealed, 'base64');
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
      return new Secret(Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8'));
    } catch {
      throw new DeliveryError('UNAUTHENTICATED', 'a sealed value was not made with this key');
    }
  }
}
