import { describe, expect, it } from '@jest/globals';
import { javaGap, javaMajor, nodeGap } from './prerequisites.mjs';

describe('javaMajor', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['openjdk version "25" 2025-09-16', 25],
    ['java version "1.8.0_402"', 8],
    ['no such thing', undefined],
  ])('%s', (text, major) => {
    expect(javaMajor(text)).toBe(major);
  });
});

describe('what a machine lacks', () => {
  it('is nothing where all is new enough', () => {
    expect(javaGap('openjdk version "21.0.1"')).toBeUndefined();
    expect(nodeGap('20.0.0')).toBeUndefined();
  });

  it('is told with its remedy', () => {
    expect(javaGap(undefined)).toMatch(/^Java is missing.*install a Java 17/);
    expect(javaGap('openjdk version "11.0.2"')).toMatch(/^Java 11 is too old.*install/);
    expect(nodeGap('18.20.0')).toMatch(/^Node 18.20.0 is too old: install Node 20/);
  });
});
