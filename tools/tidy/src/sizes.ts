import ts from 'typescript';
import { isTest, isTypeScript, type Finding, type SourceFile } from './source-file.js';

/** Beyond these a file or function does more than one thing. Tests read from top to bottom. */
const FILE_LINES_MAX = 400;
const TEST_FILE_LINES_MAX = 800;
const FUNCTION_LINES_MAX = 80;

export function checkSizes(files: readonly SourceFile[]): Finding[] {
  return files
    .filter(isTypeScript)
    .flatMap((file) => [...checkFileSize(file), ...(isTest(file) ? [] : checkFunctionSizes(file))]);
}

function checkFileSize(file: SourceFile): Finding[] {
  const lines = file.text.trimEnd().split('\n').length;
  const linesMax = isTest(file) ? TEST_FILE_LINES_MAX : FILE_LINES_MAX;
  return lines > linesMax ? [`${file.path}: ${lines} lines, more than ${linesMax}: split it`] : [];
}

function checkFunctionSizes({ path, text }: SourceFile): Finding[] {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023);
  const findings: Finding[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) {
      const begin = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line;
      const lines = tree.getLineAndCharacterOfPosition(node.end).line - begin + 1;
      if (lines > FUNCTION_LINES_MAX) {
        findings.push(
          `${path}:${begin + 1}: a function of ${lines} lines, more than ${FUNCTION_LINES_MAX}: split it`,
        );
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return findings;
}
