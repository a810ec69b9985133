import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@lakeferry/config';
import { checkWriterConfig, writerOptions } from './config.js';

const NEEDED = {
  LAKEFERRY_KAFKA_BROKERS: '127.0.0.1:9092',
  LAKEFERRY_HTTP_PORT: '0',
  LAKEFERRY_CONTROL_URL: 'postgres://127.0.0.1/control',
};
const ROLES = '{"a":{"kind":"static","accessKeyId":"SHOWN-NOWHERE","secretAccessKey":"s"}}';

function load(env: Record<string, string>) {
  const config = loadConfig(writerOptions, { ...NEEDED, ...env });
  checkWriterConfig(config);
  return config;
}

describe('settings of the writer', () => {
  it('need no keys', () => {
    expect(load({}).s3AccessKeyId).toBeUndefined();
  });

  it('take roles and endpoints as text, and show no secret of them', () => {
    const config = load({
      LAKEFERRY_ROLES: ROLES,
      LAKEFERRY_ENDPOINTS: '{"https://Store.Example.com":{"url":"http://127.0.0.1:9000"}}',
    });
    expect(config.endpoints?.get('store.example.com')).toMatchObject({ style: 'path' });
    expect(config.roles?.get('a')).toMatchObject({ kind: 'static' });
    expect(JSON.stringify([...(config.roles ?? [])])).not.toContain('SHOWN-NOWHERE');
  });

  it.each([
    [{ LAKEFERRY_S3_ACCESS_KEY_ID: 'a' }, 'go together'],
    [{ LAKEFERRY_ROLES: ROLES, LAKEFERRY_ROLES_FILE: '/roles.json' }, 'exclude each other'],
    [
      { LAKEFERRY_ROLES: ROLES.replace('static', 'other') },
      'LAKEFERRY_ROLES is not a map of roles',
    ],
    [{ LAKEFERRY_ENDPOINTS: '{"a":1}' }, 'LAKEFERRY_ENDPOINTS is not a map of endpoints'],
  ])('are refused where they can not be meant: %j', (env, said) => {
    let message = '';
    try {
      load(env);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain(said);
    expect(message).not.toContain('SHOWN-NOWHERE');
  });
});
