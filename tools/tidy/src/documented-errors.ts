import ts from 'typescript';
import type { Finding, SourceFile } from './source-file.js';

const TABLE = 'ERROR_POLICY';

/** Every error code says what it means: pages for users are made of these comments. */
export function checkDocumentedErrors({ path, text }: SourceFile): Finding[] {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const table = findTable(tree);
  if (table === undefined) return [`${path}: no ${TABLE}`];
  return table.properties.flatMap((property) => {
    const hasComment = ts.getJSDocCommentsAndTags(property).length > 0;
    const name = property.name?.getText(tree) ?? '?';
    return hasComment ? [] : [`${path}: ${name} has no comment that says what it means`];
  });
}

function findTable(node: ts.Node): ts.ObjectLiteralExpression | undefined {
  if (ts.isVariableDeclaration(node) && node.name.getText() === TABLE) {
    return node.initializer === undefined ? undefined : objectOf(node.initializer);
  }
  return ts.forEachChild(node, findTable);
}

/** The literal within `{…} as const satisfies …`. */
function objectOf(expression: ts.Expression): ts.ObjectLiteralExpression | undefined {
  if (ts.isObjectLiteralExpression(expression)) return expression;
  if (ts.isAsExpression(expression) || ts.isSatisfiesExpression(expression)) {
    return objectOf(expression.expression);
  }
  return undefined;
}
