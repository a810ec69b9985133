/**
 * Places at which a test may stop or fail the delivery of a file:
 * - `afterAssign`  the file has its sequence, nothing is put;
 * - `afterPut`     the object is there, the ledger does not say so;
 * - `afterSettle`  the ledger says so, the group's offset is not committed and no status is sent.
 */
export type Failpoint = 'afterAssign' | 'afterPut' | 'afterSettle';

export type Failpoints = Partial<Readonly<Record<Failpoint, () => Promise<void>>>>;
