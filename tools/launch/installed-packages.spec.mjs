import { describe, expect, it } from '@jest/globals';
import { firstMissingPackage } from './installed-packages.mjs';

const LINUX = { os: 'linux', cpu: 'x64' };
const kafkajs = { 'node_modules/kafkajs': { version: '2.2.4' } };

describe('firstMissingPackage', () => {
  it.each([
    ['all is there', kafkajs, kafkajs, undefined],
    ['nothing was ever installed', kafkajs, undefined, 'node_modules'],
    ['a package is missing', kafkajs, {}, 'node_modules/kafkajs'],
    [
      'a package has another version',
      kafkajs,
      { 'node_modules/kafkajs': { version: '2.2.3' } },
      'node_modules/kafkajs',
    ],
    ['workspaces are not packages', { 'libs/kafka': { version: '0.1.0' } }, {}, undefined],
    [
      "another platform's binary is absent",
      { 'node_modules/b': { version: '1.0.0', optional: true, os: ['darwin'], cpu: ['x64'] } },
      {},
      undefined,
    ],
    [
      "this platform's binary is absent",
      { 'node_modules/b': { version: '1.0.0', optional: true, os: ['linux'], cpu: ['x64'] } },
      {},
      'node_modules/b',
    ],
    [
      'a binary may be for another C library',
      {
        'node_modules/b': {
          version: '1.0.0',
          optional: true,
          os: ['linux'],
          cpu: ['x64'],
          libc: ['musl'],
        },
      },
      {},
      undefined,
    ],
  ])('%s', (_name, wanted, present, path) => {
    expect(firstMissingPackage(wanted, present, LINUX)).toBe(path);
  });
});
