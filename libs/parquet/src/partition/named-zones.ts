/**
 * Zones that a text may name in place of an offset, in minutes ahead of UTC: those of RFC 822, and
 * abbreviations that stand for one zone in common use. What stands for several (IST is India, Israel and
 * Ireland) is not among them: guessing would put rows into wrong folders. CST is that of RFC 822.
 */
export const NAMED_ZONES: Readonly<Record<string, number>> = {
  UT: 0,
  UTC: 0,
  GMT: 0,
  Z: 0,
  EST: -300,
  EDT: -240,
  CST: -360,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
  AKST: -540,
  AKDT: -480,
  HST: -600,
  NST: -210,
  NDT: -150,
  BRT: -180,
  ART: -180,
  WET: 0,
  WEST: 60,
  BST: 60,
  CET: 60,
  CEST: 120,
  MET: 60,
  MEST: 120,
  EET: 120,
  EEST: 180,
  SAST: 120,
  TRT: 180,
  MSK: 180,
  MSD: 240,
  PKT: 300,
  NPT: 345,
  WIB: 420,
  HKT: 480,
  SGT: 480,
  AWST: 480,
  JST: 540,
  KST: 540,
  ACST: 570,
  ACDT: 630,
  AEST: 600,
  AEDT: 660,
  NZST: 720,
  NZDT: 780,
};

/** Seconds by which a zone is ahead of UTC: `Z`, `+0530`, `+05:30`, `-08`, or a name; null for any other. */
export function zoneSeconds(zone: string): number | null {
  const minutes = NAMED_ZONES[zone.toUpperCase()];
  if (minutes !== undefined) return minutes * 60;
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (match === null) return null;
  const [hours, rest] = [Number(match[2]), Number(match[3] ?? 0)];
  if (hours > 23 || rest > 59) return null;
  return (hours * 3600 + rest * 60) * (match[1] === '-' ? -1 : 1);
}
