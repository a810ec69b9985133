import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { makeCertificate } from './test-certificate.js';

const UNTIL = new Date(Date.now() + 86_400_000);

describe('a certificate made on the spot', () => {
  it.each(Array.from({ length: 60 }, (_, at) => at + 1))(
    'can be read with a host of %d letters',
    (letters) => {
      const host = 'h'.repeat(letters);
      const { cert } = makeCertificate({ host, until: UNTIL });
      const read = new X509Certificate(cert);
      expect(read.verify(read.publicKey)).toBe(true);
      expect(read.checkHost(host)).toBe(host);
    },
  );
});
