/** What can be wrong with a delivery, each with the number of offences. */
export const OFFENCES = [
  /** Required versions that are in no object. */
  'lost',
  /** Appearances of a version beyond its first. */
  'doubled',
  /** Rows whose version never committed, or was not the task's to deliver. */
  'unexpected',
  /** Rows whose content differs from what was committed. */
  'altered',
  /** Rows in the folder of another time. */
  'misplaced',
  /** Rows of a key that come before an older version of it in the same lane and folder. */
  'disorder',
  /** Objects that can't be read. */
  'torn',
  /** Sequences missing from 1 on, per lane and folder. */
  'gaps',
  /** Objects of a predecessor that are gone or have another content. */
  'overwritten',
  /** Disagreements between ledger and bucket: entries, objects, rows, bytes, lanes. */
  'ledger',
  /** Required rows that were said to be delivered at a moment when their object was not there. */
  'ahead',
  /** Times that what was said to be delivered was less than before. */
  'backwards',
] as const;
export type Offence = (typeof OFFENCES)[number];

export interface HistoryReport {
  /** Versions that must be in exactly one object. */
  readonly required: number;
  /** Versions that may be in one object: of C, and replaced while the scan ran. */
  readonly optional: number;
  /** Required versions that are in an object. */
  readonly delivered: number;
  readonly optionalDelivered: number;
  /** Of a task that flags them: committed deletes that must be in exactly one object, and those that are. */
  readonly deletes: { readonly required: number; readonly delivered: number } | null;
  /** Rows in all readable objects, deletes apart. */
  readonly rows: number;
  readonly objects: number;
  /** Keys under the prefix that are no objects of the task. */
  readonly foreign: readonly string[];
  readonly offences: Readonly<Record<Offence, number>>;
  /** A few of each offence, in words. */
  readonly samples: Readonly<Record<Offence, readonly string[]>>;
}

/** True when every required version was delivered exactly once and nothing else is wrong. */
export function holds(report: HistoryReport): boolean {
  return OFFENCES.every((offence) => report.offences[offence] === 0);
}

/** The report as lines for a person; samples of every offence there is. */
export function describeReport(report: HistoryReport): string[] {
  const { offences, deletes } = report;
  const lines = [
    `required ${report.required}, delivered ${report.delivered}; ` +
      `optional ${report.optional}, of them delivered ${report.optionalDelivered}; ` +
      `${report.rows} rows in ${report.objects} objects`,
    ...(deletes === null
      ? []
      : [`deletes: required ${deletes.required}, delivered ${deletes.delivered}`]),
    OFFENCES.map((offence) => `${offences[offence]} ${offence}`).join(', '),
  ];
  for (const offence of OFFENCES) {
    for (const sample of report.samples[offence]) lines.push(`  ${offence}: ${sample}`);
  }
  return lines;
}
