import type { Spread } from '../series/spread.js';

const THREE_DIGITS = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/** A measured figure: no run is so exact that a fourth digit would tell anything. Pure. */
export function figure(value: number): string {
  return THREE_DIGITS.format(value);
}

/** A number that was chosen, whole. Pure. */
export function exactNumber(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 6 });
}

/** A value at an axis, short. Pure. */
export function tick(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${shortened(value / 1e9)} G`;
  if (size >= 1e6) return `${shortened(value / 1e6)} M`;
  if (size >= 1e4) return `${shortened(value / 1e3)} k`;
  return exactNumber(value);
}

/** A share as percent. Pure. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** How many times the one is the other: "3.2 : 1", "1 : 6". Pure. */
export function ratioText(ratio: number): string {
  return ratio >= 1 || ratio === 0 ? `${figure(ratio)} : 1` : `1 : ${figure(1 / ratio)}`;
}

/** Where ratios lie, written like their median. Pure. */
export function ratioRange({ median, least, most }: Spread): string {
  if (median >= 1 || least === 0) return `${figure(least)} – ${figure(most)} : 1`;
  return `1 : ${figure(1 / least)} – ${figure(1 / most)}`;
}

function shortened(value: number): string {
  return String(Number(value.toPrecision(6)));
}
