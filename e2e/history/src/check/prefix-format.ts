const STRFTIME: Readonly<Record<string, string>> = {
  $yyyy: '%Y',
  $MM: '%m',
  $dd: '%d',
  $HH: '%H',
  $mm: '%M',
};

const UNITS: readonly (readonly [variable: string, unit: string])[] = [
  ['$mm', 'minute'],
  ['$HH', 'hour'],
  ['$dd', 'day'],
  ['$MM', 'month'],
];

/** The unit of time within which a template always renders the same folder. */
export function finestUnit(template: string): string {
  return UNITS.find(([variable]) => template.includes(variable))?.[1] ?? 'year';
}

/** A prefix template as a format of DuckDB's strftime. */
export function prefixFormat(template: string): string {
  return template
    .replaceAll('%', '%%')
    .replace(/\$(yyyy|MM|dd|HH|mm)/g, (variable) => STRFTIME[variable] ?? variable);
}

/** The folders of a template above the first one with a variable. */
export function staticFolder(template: string): string {
  const variableAt = template.indexOf('$');
  if (variableAt < 0) return template;
  return template.slice(0, Math.max(template.lastIndexOf('/', variableAt), 0));
}
