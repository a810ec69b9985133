import { parsePrefix } from '@lakeferry/contracts';

/** What all rendered prefixes of a template begin with. */
export function staticPartOf(template: string): string {
  const parsed = parsePrefix(template);
  const first = parsed.ok ? parsed.parts[0] : undefined;
  return first?.kind === 'text' ? first.text : '';
}
