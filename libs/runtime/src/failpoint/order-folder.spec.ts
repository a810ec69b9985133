import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { OrderFolder } from './order-folder.js';

const NAME = 'writer.after-put';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failpoints-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const order = (text: string) => writeFileSync(join(folder, NAME), text);

it('gives an order once, to one of those who look, and tells who has it', () => {
  const [one, other] = [new OrderFolder(folder), new OrderFolder(folder)];
  expect(one.claim(NAME)).toBeUndefined();
  order('kill');
  expect(one.claim('writer.after-ledger')).toBeUndefined();
  expect(one.claim(NAME)).toEqual({ kind: 'kill' });
  expect(other.claim(NAME)).toBeUndefined();
  expect(one.claim(NAME)).toBeUndefined();
  expect(readdirSync(folder)).toEqual([`${NAME}.hit`]);
  const hit: unknown = JSON.parse(readFileSync(join(folder, `${NAME}.hit`), 'utf8'));
  expect(hit).toMatchObject({ pid: process.pid, order: 'kill' });
});

it('counts how often it is reached from when the order is there, anew for each order', () => {
  const orders = new OrderFolder(folder);
  for (let round = 0; round < 2; round += 1) {
    expect(orders.claim(NAME)).toBeUndefined();
    order('error after 3');
    const claims = [1, 2, 3, 4].map(() => orders.claim(NAME));
    expect(claims).toEqual([undefined, undefined, { kind: 'error' }, undefined]);
  }
});

it('refuses what is not an order', () => {
  order('explode');
  expect(() => new OrderFolder(folder).claim(NAME)).toThrow('holds no order');
});

it('has nothing to say where there is no folder', () => {
  expect(new OrderFolder(join(folder, 'none')).claim(NAME)).toBeUndefined();
});
