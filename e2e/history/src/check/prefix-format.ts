const STRFTIME: Readonly<Record<string, string>> = {
  $yyyy: '%Y',
  $MM: '%m',
  $dd: '%d',
  $HH: '%H',
  $mm: '%M',
};

/** A prefix template as a format of DuckDB's strftime. */
export function prefixFormat(template: string): string {
  return template
    .replaceAll('%', '%%')
    .replace(/\$(yyyy|MM|dd|HH|mm)/g, (variable) => STRFTIME[variable] ?? variable);
}
