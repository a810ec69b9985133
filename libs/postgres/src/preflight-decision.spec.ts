import { describe, expect, it } from '@jest/globals';
import { judgeSource, type SourceFacts } from './preflight-decision.js';

const GOOD: SourceFacts = {
  user: 'ferry',
  database: 'shop',
  publication: 'lakeferry',
  walLevel: 'logical',
  inRecovery: false,
  serverEncoding: 'UTF8',
  canReplicate: true,
  canCreateInDatabase: true,
  ownsPublication: null,
  slotExists: false,
  freeSlots: 2,
  freeSenders: 2,
  wrappedAround: false,
  canInspectPages: false,
};

describe('judgeSource', () => {
  it.each<[string, Partial<SourceFacts>, string[]]>([
    ['a good source', {}, []],
    [
      'a source in use',
      { slotExists: true, freeSlots: 1, freeSenders: 1, ownsPublication: true },
      [],
    ],
    ['its own publication, no CREATE', { ownsPublication: true, canCreateInDatabase: false }, []],
    ['wal_level', { walLevel: 'replica' }, ['WAL_LEVEL refuse']],
    ['a standby', { inRecovery: true }, ['STANDBY refuse']],
    ['no encoding', { serverEncoding: 'SQL_ASCII' }, ['ENCODING refuse']],
    ['no replication', { canReplicate: false }, ['REPLICATION_PRIVILEGE refuse']],
    ['no create', { canCreateInDatabase: false }, ['CREATE_PRIVILEGE refuse']],
    ['a foreign publication', { ownsPublication: false }, ['PUBLICATION_OWNER refuse']],
    ['few slots', { freeSlots: 1 }, ['REPLICATION_SLOTS refuse']],
    ['few senders', { freeSenders: 1 }, ['WAL_SENDERS refuse']],
    ['a wraparound', { wrappedAround: true }, ['XID_WRAPAROUND warn']],
    ['a wraparound with pageinspect', { wrappedAround: true, canInspectPages: true }, []],
  ])('%s', (_, change, expected) => {
    const findings = judgeSource({ ...GOOD, ...change });
    expect(findings.map((finding) => `${finding.code} ${finding.level}`)).toEqual(expected);
    for (const finding of findings) expect(finding.remedy.length).toBeGreaterThan(10);
  });
});
