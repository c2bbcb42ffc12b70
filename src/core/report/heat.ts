import type { Cell } from './table';
import { HEAT_STEPS, heatStep } from './theme';

/** Class of a cell on the diverging scale that ends at ±limit: `h-8` … `h0` … `h8`. */
export const heatClass = (value: number | null | undefined, limit: number): string =>
  value === null || value === undefined || !Number.isFinite(value) ? 'hx' : `h${heatStep(value, limit)}`;

/** Class of a share in [0, 1] on the upper half of the scale. */
export const shareClass = (share: number): string =>
  `h${Math.max(0, Math.min(HEAT_STEPS, Math.round(share * HEAT_STEPS)))}`;

/** A coloured cell. */
export const heatCell = (text: string, className: string): Cell => ({ content: text, className: `heat ${className}` });
