import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { staticCredentials } from '@lakeferry/object-store/testing';
import { silentLogger } from '@lakeferry/observability';
import { RoleBook, type RoleBookOptions } from './role-book.js';

const KEYS = staticCredentials('installation', 'secret');

describe('the book of roles', () => {
  let folder: string;
  let file: string;
  let nowMs = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lakeferry-roles-'));
    file = join(folder, 'roles.json');
  });
  afterAll(() => rm(folder, { recursive: true }));

  function book(options: Partial<RoleBookOptions> = {}): RoleBook {
    return new RoleBook({
      ...{ file: undefined, roles: undefined, keys: undefined, autocreate: false },
      ...{ region: 'here', logger: silentLogger },
      clock: { now: () => (nowMs += 2_000), sleep: () => Promise.resolve() },
      ...options,
    });
  }

  const write = (accessKeyId: string) =>
    writeFile(
      file,
      JSON.stringify({ deliver: { kind: 'static', accessKeyId, secretAccessKey: 's' } }),
    );

  it('takes up a role that appears and a key that is exchanged', async () => {
    const roles = book({ file });
    await expect(roles.find('deliver')).rejects.toMatchObject({
      code: 'OBJECT_STORE_UNAUTHORIZED',
      action: 'hold',
      message: expect.stringMatching(/role deliver does not exist.*ENOENT/),
      remedy: expect.stringContaining('AliyunServiceRoleForOTSDataDelivery'),
    });
    await write('first');
    const first = await roles.find('acs:ram::1:role/Deliver');
    expect((await roles.find('deliver')).version).toBe(first.version);
    await write('second-one');
    expect((await roles.find('deliver')).version).not.toBe(first.version);
  });

  it('keeps what it knows while the file is broken', async () => {
    await write('known');
    const roles = book({ file });
    const known = await roles.find('deliver');
    await writeFile(file, '{"deliver":');
    expect(await roles.find('deliver')).toEqual(known);
    await expect(roles.find('other')).rejects.toMatchObject({
      message: expect.stringContaining('the file of roles is not JSON'),
    });
  });

  it('has the default role from the map, from the settings, or made where that is allowed', async () => {
    await expect(book().find(undefined)).rejects.toMatchObject({
      message: expect.stringContaining('aliyunserviceroleforotsdatadelivery does not exist'),
    });
    expect((await book({ keys: KEYS }).find(undefined)).credentials).toBe(KEYS);
    expect((await book({ autocreate: true }).find(undefined)).credentials).toEqual({
      kind: 'default-chain',
    });
    await expect(book({ keys: KEYS, autocreate: true }).find('other')).rejects.toMatchObject({
      code: 'OBJECT_STORE_UNAUTHORIZED',
    });
  });
});
