import { ERROR_POLICY, type ErrorCode } from '@lakeferry/errors';
import { markdownTable } from './markdown-table.js';

const INTRODUCTION = `# Errors

Every error has a code of this table. Logs, status, REST problem documents and gRPC details name it.

What is done about an error is its action:

- \`refuse\`: the request is answered with the error, nothing was changed;
- \`retry\`: it passes; the service backs off in place, keeps order and goes on by itself;
- \`hold\`: somebody must mend something; the lane waits, tries again slowly, loses nothing;
- \`halt\`: going on could lose or double rows; the task or source stops and says so;
- \`crash\`: an invariant of ours is broken; the process ends and is started again.
`;

/** The meaning of each code: the comment above it in the table's source. Pure. */
export function meaningsOf(source: string): Map<string, string> {
  const meanings = new Map<string, string>();
  for (const match of source.matchAll(/\/\*\* ([^*]+?) \*\/\s+([A-Z_]+): \{/g)) {
    meanings.set(match[2] ?? '', (match[1] ?? '').replaceAll(/\s+/g, ' '));
  }
  return meanings;
}

/** docs/errors.md. Pure. */
export function errorsPage(policySource: string): string {
  const meanings = meaningsOf(policySource);
  const rows = Object.entries(ERROR_POLICY).map(([code, { action, remedy }]) => [
    `\`${code satisfies string as ErrorCode}\``,
    action,
    meanings.get(code) ?? '',
    remedy ?? 'nothing',
  ]);
  return `${INTRODUCTION}\n${markdownTable(['code', 'action', 'meaning', 'what to do'], rows)}\n`;
}
