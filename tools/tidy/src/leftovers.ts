import { findLines, isTest, type Finding, type SourceFile } from './source-file.js';

// Written in parts, so that this file does not find itself.
const UNFINISHED = new RegExp(`\\b(TO${'DO'}|FIX${'ME'})\\b`);
const NARROWED =
  /\b(?:it|test|describe)\.(?:only|skip|todo|failing)\b|\b(?:fit|xit|fdescribe|xdescribe)\(/;
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

/** Nothing is left unfinished, no test is left out. */
export function checkLeftovers(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) => [
    ...findLines(file, UNFINISHED, (match) => `${match}: do it or drop it`),
    ...findLines(file, CONTROL_CHARACTER, () => 'a control character: write an escape'),
    ...(isTest(file) ? findLines(file, NARROWED, (match) => `${match}: run every test`) : []),
  ]);
}
