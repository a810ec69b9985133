import { describe, expect, it } from '@jest/globals';
import { staticCredentials } from '@lakeferry/object-store/testing';
import { DEFAULT_ROLE, parseRoleMap, resolveRole, roleKey, type RoleMap } from './role-map.js';

const OWN = staticCredentials('own', 'own-secret');

function roles(map: Record<string, unknown>): RoleMap {
  const parsed = parseRoleMap(JSON.stringify(map));
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.roles;
}

describe('the name of a role', () => {
  it.each([
    [undefined, DEFAULT_ROLE],
    ['  ', DEFAULT_ROLE],
    ['acs:ram::17 %%%)%%%%*****: role/aliyunserviceroleforotsdatadelivery', DEFAULT_ROLE],
    ['acs:ram::123:role/ AliyunServiceRole ForOTSDataDelivery ', DEFAULT_ROLE],
    ['arn:aws:iam::1:role/path/Other', 'other'],
    ['other', 'OTHER'],
  ])('%s is %s', (role, same) => {
    expect(roleKey(role)).toBe(roleKey(same));
  });
});

describe('the map of roles', () => {
  it.each([
    ['no JSON', '{"a":', 'is not JSON'],
    ['unknown kind', '{"a":{"kind":"x"}}', 'at a.kind'],
    ['a field too many', '{"a":{"kind":"default-chain","key":"SECRET"}}', 'at a (unrecognized'],
    ['no secret', '{"a":{"kind":"static","accessKeyId":"SECRET"}}', 'a.secretAccessKey'],
    [
      'one name twice',
      '{"a":{"kind":"default-chain"},"x/A":{"kind":"default-chain"}}',
      'names the role x/A twice',
    ],
  ])('is refused without a word of its content: %s', (_name, json, problem) => {
    const parsed = parseRoleMap(json);
    expect(parsed).toMatchObject({ ok: false, problem: expect.stringContaining(problem) });
    expect(JSON.stringify(parsed)).not.toContain('SECRET');
  });

  it('gives a role its base, and the credentials of the writer where none is named', () => {
    const map = roles({
      Base: { kind: 'static', accessKeyId: 'b', secretAccessKey: 's' },
      One: { kind: 'assume-role', roleArn: 'arn', externalId: 'x', base: 'BASE' },
      Two: { kind: 'assume-role', roleArn: 'arn', region: 'there' },
    });
    const lookup = { roles: map, own: OWN, region: 'here' };
    expect(resolveRole('one', lookup)).toMatchObject({
      ...{ kind: 'assume-role', externalId: 'x', region: 'here', base: { kind: 'static' } },
    });
    expect(resolveRole('two', lookup)).toMatchObject({ region: 'there', base: OWN });
  });

  it('says which role is missing, and when one is its own base', () => {
    const map = roles({
      a: { kind: 'assume-role', roleArn: 'arn', base: 'b' },
      b: { kind: 'assume-role', roleArn: 'arn', base: 'a' },
      c: { kind: 'assume-role', roleArn: 'arn', base: 'gone' },
    });
    const lookup = { roles: map, own: OWN, region: 'here' };
    expect(resolveRole('a', lookup)).toBe('the role a is its own base');
    expect(resolveRole('c', lookup)).toContain('the role gone does not exist');
  });
});
