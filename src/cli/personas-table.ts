import type { PersonasReport } from '../contracts/personas';
import type { Trait } from '../contracts/personas';
import { count, inUnit, percent, table } from './output';

/** `personas --json`: stable, for scripts. */
export const personasJson = (from: { readonly release: number | null; readonly run: string }, { personas, asOf }: PersonasReport) => ({
  release: from.release,
  asOf,
  run: from.run,
  personas: personas.map(({ key, name, customers, share, revenueShare, traits }) => ({
    key,
    name,
    customers,
    share,
    revenueShare,
    traits: traits.map(({ feature, value, base, unit }) => ({ feature, value: raw(value, unit), base: raw(base, unit), unit })),
  })),
});

/** Shares are kept as fractions; in the unit % they are hundredths. */
const raw = (value: number, unit: string): number => (unit === '%' ? value * 100 : value);

/** The table at the end of a run: who they are, how many, and what sets them apart, in raw units against the base. */
export function personasTable({ personas }: PersonasReport): string {
  const rows = personas.map(({ key, name, customers, share, revenueShare, traits }) => [
    key,
    name,
    count(customers),
    percent(share),
    percent(revenueShare),
    traits.map(traitText).join(' · '),
  ]);
  return table(['key', 'name', 'customers', 'share', 'revenue', 'traits'], rows, ['customers', 'share', 'revenue']);
}

/** "days since last order 144 (all: 59)": a unit that the label already says is not said again. */
function traitText({ label, value, base, unit }: Trait): string {
  const text = label.toLowerCase();
  const shown = text.split(' ').includes(unit) ? '' : unit;
  return `${text} ${inUnit(value, shown)} (all: ${inUnit(base, shown)})`;
}
