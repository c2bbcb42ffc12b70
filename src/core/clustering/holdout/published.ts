import type { HoldoutComparison, HoldoutReport, HoldoutWindow } from '../../../contracts/selection';
import { shownMoves } from '../../privacy/moves';
import { shownOrNull, suppress, suppressTogether } from '../../privacy/suppress';

const shown = (customers: number | null, kMin: number): number | null => (customers === null ? null : shownOrNull(suppress(customers, kMin)));

/** Customers in both windows and those of them that stayed, as they may be shown: neither number where it, or who moved, are 1 to kMin − 1. */
export function shownStay({ customers, stayed }: Pick<HoldoutComparison, 'customers' | 'stayed'>, kMin: number): {
  readonly customers: number | null;
  readonly stayed: number | null;
} {
  const [kept] = suppressTogether([stayed, customers - stayed], kMin).map(shownOrNull);
  return { customers: shown(customers, kMin), stayed: kept };
}

/** A hold-out without counts of 1 to kMin − 1 customers, without what they would follow from, and without the moves of so small groups. */
export function publishedHoldout({ windows, comparison, ...report }: HoldoutReport, kMin: number): Readonly<Record<string, unknown>> {
  const windowOf = (window: HoldoutWindow): HoldoutWindow => ({ ...window, customers: shown(window.customers, kMin), fitted: shown(window.fitted, kMin) });
  return { ...report, windows: windows?.map(windowOf) ?? null, comparison: comparison === null ? null : comparisonOf(comparison, kMin) };
}

function comparisonOf({ customers, stayed, personas, ...comparison }: HoldoutComparison, kMin: number) {
  const moves = shownMoves(personas, kMin);
  const earlier = suppressTogether(personas.map((persona) => persona.earlier), kMin);
  return {
    ...comparison,
    ...shownStay({ customers, stayed }, kMin),
    personas: personas.map(({ cluster, overlap, label, jaccard, foundAgain, shifts, ...counts }, p) => ({
      cluster,
      overlap,
      label,
      foundAgain,
      // Of a few customers even a share or a mean would say too much.
      jaccard: typeof moves[p][p] === 'number' ? jaccard : null,
      shifts: Math.min(counts.earlier, counts.later) < kMin ? null : shifts,
      earlier: shownOrNull(earlier[p]),
      movedTo: moves[p].slice(0, -1).map(shownOrNull),
      left: shownOrNull(moves[p][personas.length]),
    })),
  };
}
