import { expect, test } from '@jest/globals';
import { propertiesText, secretReference, workerProperties } from './worker-properties.js';

const PLACE = { folder: '/data/connect', brokers: ['127.0.0.1:9092'], port: 8083 };

function parsed(text: string): Map<string, string> {
  const lines = text.trimEnd().split('\n');
  return new Map(lines.map((line) => [line.split('=', 1)[0] ?? '', line.replace(/^[^=]*=/, '')]));
}

test('answers on loopback alone and keeps its files in its own folder', () => {
  const properties = parsed(workerProperties(PLACE));
  expect(properties.get('listeners')).toBe('http://127.0.0.1:8083');
  expect(properties.get('offset.storage.file.filename')).toBe('/data/connect/offsets');
  expect(properties.get('config.providers.file.param.allowed.paths')).toBe('/data/connect');
});

test('a batch fits into a request, and several into the memory of the producer', () => {
  const properties = parsed(workerProperties(PLACE));
  const bytes = (name: string) => Number(properties.get(`producer.${name}`));
  expect(bytes('batch.size')).toBeLessThan(bytes('max.request.size'));
  expect(bytes('max.request.size')).toBeLessThan(bytes('buffer.memory'));
});

test('records are JSON without schemas', () => {
  const properties = parsed(workerProperties(PLACE));
  expect(properties.get('key.converter.schemas.enable')).toBe('false');
  expect(properties.get('value.converter.schemas.enable')).toBe('false');
});

test('a secret is referred to by file and name', () => {
  expect(secretReference('/data/connect', 'password')).toBe(
    '${file:/data/connect/secrets.properties:password}',
  );
});

test('a backslash of a value is one for Java too', () => {
  expect(propertiesText({ password: 'a\\b=c' })).toBe('password=a\\\\b=c\n');
});
