import { describe, expect, it } from '@jest/globals';
import { DeliveryError } from '@lakeferry/errors';
import { postgresErrorCode, toPostgresError, toReceiverError } from './postgres-errors.js';

describe('postgresErrorCode', () => {
  it.each([
    ['ECONNREFUSED', 'connect ECONNREFUSED', 'SOURCE_UNAVAILABLE'],
    ['ENOTFOUND', 'getaddrinfo', 'SOURCE_UNAVAILABLE'],
    [undefined, 'Connection terminated unexpectedly', 'SOURCE_UNAVAILABLE'],
    [undefined, 'timeout expired', 'SOURCE_UNAVAILABLE'],
    [undefined, 'something else', 'SOURCE_STATEMENT_FAILED'],
    ['28P01', 'password authentication failed', 'SOURCE_UNAUTHORIZED'],
    ['42501', 'permission denied for table t', 'SOURCE_UNAUTHORIZED'],
    ['3D000', 'database "x" does not exist', 'SOURCE_UNAUTHORIZED'],
    ['57P01', 'terminating connection due to administrator command', 'SOURCE_UNAVAILABLE'],
    ['57P03', 'the database system is starting up', 'SOURCE_UNAVAILABLE'],
    ['53300', 'too many connections', 'SOURCE_UNAVAILABLE'],
    ['53400', 'all replication slots are in use', 'SOURCE_NOT_READY'],
    ['55P03', 'canceling statement due to lock timeout', 'SOURCE_LOCK_TIMEOUT'],
    ['40P01', 'deadlock detected', 'SOURCE_LOCK_TIMEOUT'],
    ['55006', 'replication slot "s" is active for PID 1', 'SOURCE_SLOT_BUSY'],
    ['42704', 'replication slot "s" does not exist', 'SOURCE_SLOT_MISSING'],
    ['42704', 'publication "p" does not exist', 'SOURCE_STATEMENT_FAILED'],
    ['55000', 'can no longer access replication slot "s"', 'SOURCE_SLOT_LOST'],
    ['55000', 'can no longer get changes from replication slot "s"', 'SOURCE_SLOT_LOST'],
    ['55000', 'logical decoding requires "wal_level" >= "logical"', 'SOURCE_NOT_READY'],
    ['54000', 'initial slot snapshot too large', 'SOURCE_SNAPSHOT_TOO_LARGE'],
    ['XX000', 'initial slot snapshot too large', 'SOURCE_SNAPSHOT_TOO_LARGE'],
    ['42P01', 'relation "t" does not exist', 'SOURCE_TABLE_CHANGED'],
    ['58P01', 'could not open file', 'SOURCE_UNAVAILABLE'],
    ['42601', 'syntax error', 'SOURCE_STATEMENT_FAILED'],
  ])('%s %j is %s', (code, message, expected) => {
    expect(postgresErrorCode({ code, message })).toBe(expected);
  });
});

describe('translation', () => {
  it('says what was being done, and keeps the cause', () => {
    const cause = Object.assign(new Error('syntax error'), { code: '42601', detail: 'secret' });
    const error = toPostgresError(cause, 'reading the catalog');
    expect(error.message).toBe('reading the catalog failed: syntax error');
    expect(error.context).toEqual({ doing: 'reading the catalog', sqlstate: '42601' });
    expect(error.cause).toBe(cause);
    expect(toPostgresError(error, 'again')).toBe(error);
    expect(toPostgresError('text', 'x').message).toBe('x failed: an unknown error');
  });

  it('takes what a callback throws for a bug, unless it has a code', () => {
    expect(toReceiverError(new TypeError('x')).code).toBe('INVARIANT_BROKEN');
    const own = new DeliveryError('SOURCE_TABLE_CHANGED', 'gone');
    expect(toReceiverError(own)).toBe(own);
  });
});
