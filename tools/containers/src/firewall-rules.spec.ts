import { describe, expect, it } from '@jest/globals';
import { forwardPolicy, isEngineRule, withoutEngineRules } from './firewall-rules.js';

describe('isEngineRule', () => {
  it.each([
    [':DOCKER-ISOLATION-STAGE-1 - [0:0]', true],
    [':FORWARD DROP [0:0]', false],
    ['-A FORWARD -j DOCKER-USER', true],
    ['-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', true],
    ['-A FORWARD -i br-0123456789ab ! -o br-0123456789ab -j ACCEPT', true],
    ['-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE', true],
    ['-A DOCKER-USER -j RETURN', true],
    ['-A POSTROUTING -s 10.0.0.0/8 -o eth0 -j MASQUERADE', false],
    ['-A INPUT -p tcp --dport 22 -j ACCEPT', false],
    ['-A FORWARD -i br-lan -j ACCEPT', false],
    ['*nat', false],
    ['COMMIT', false],
  ])('%s', (line, expected) => {
    expect(isEngineRule(line)).toBe(expected);
  });
});

it('a machine without the table accepts what it forwards', () => {
  expect(forwardPolicy('')).toBe('ACCEPT');
  expect(forwardPolicy('*filter\n:FORWARD DROP [0:0]\nCOMMIT\n')).toBe('DROP');
});

it("takes the engine's rules out and leaves everybody else's", () => {
  const now = [
    '*filter',
    ':INPUT ACCEPT [0:0]',
    ':FORWARD DROP [3:180]',
    ':DOCKER - [0:0]',
    '-A INPUT -p tcp --dport 22 -j ACCEPT',
    '-A FORWARD -o docker0 -j DOCKER',
    'COMMIT',
    '',
  ].join('\n');
  expect(withoutEngineRules(now, 'ACCEPT')).toBe(
    [
      '*filter',
      ':INPUT ACCEPT [0:0]',
      ':FORWARD ACCEPT [3:180]',
      '-A INPUT -p tcp --dport 22 -j ACCEPT',
      'COMMIT',
      '',
    ].join('\n'),
  );
});
