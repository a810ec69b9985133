import { scanPosition, type ScanPosition, type TaskPlan } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';

/** The position of a scan that has not begun. */
export function firstScanPosition(plan: TaskPlan): ScanPosition {
  return {
    v: 1,
    chunk: 0,
    within: null,
    rows: 0,
    bytes: 0,
    laneRows: Array.from({ length: plan.scanLanes }, () => 0),
    end: null,
  };
}

/** The position after some rows of chunk `chunk` were published to its lane. Pure. */
export function advanceScan(
  position: ScanPosition,
  step: {
    chunk: number;
    lane: number;
    rows: number;
    bytes: number;
    /** Last row published, null when the chunk is published as a whole. */
    within: [number, number] | null;
  },
): ScanPosition {
  return {
    ...position,
    chunk: step.within === null ? step.chunk + 1 : step.chunk,
    within: step.within,
    rows: position.rows + step.rows,
    bytes: position.bytes + step.bytes,
    laneRows: position.laneRows.map((rows, lane) => (lane === step.lane ? rows + step.rows : rows)),
  };
}

/** Whether a row of the chunk that was published in part is new. Pure. */
export function isBehind(within: readonly [number, number] | null, block: number, tuple: number) {
  if (within === null) return true;
  return block !== within[0] ? block > within[0] : tuple > within[1];
}

export function parseScanPosition(value: string): ScanPosition {
  const parsed = scanPosition.safeParse(JSON.parse(value));
  if (parsed.success) return parsed.data;
  throw new DeliveryError('CONTRACT_VIOLATION', 'the scan position can not be read');
}
