import type { PersonaNotes } from '../contracts/notes';
import type { PersonasReport } from '../contracts/personas';
import type { Trait } from '../contracts/personas';
import { asCurrentPersonas } from '../core/personas';
import { count, inUnit, percent, table } from './output';

/** `personas --json`: stable, for scripts. */
export const personasJson = (from: { readonly release: number | null; readonly run: string }, stored: PersonasReport) => {
  const { personas, retired, asOf } = asCurrentPersonas(stored);
  return {
    release: from.release,
    asOf,
    run: from.run,
    personas: personas.map(({ key, name, customers, share, revenueShare, traits, identity, naming }) => ({
      key,
      name,
      customers,
      share,
      revenueShare,
      traits: traits.map(({ feature, value, base, unit }) => ({ feature, value: raw(value, unit), base: raw(base, unit), unit })),
      change: identity.kind,
      from: identity.from.map((origin) => origin.key),
      because: identity.evidence,
      renamed: naming.before,
    })),
    retired: retired.map(({ key, name, kind, into, evidence }) => ({ key, name, kind, successor: into[0]?.key ?? null, because: evidence })),
  };
};

/** What is not as it was in the release before, one line each; empty where all is, and for a first release. */
export function changeLines(stored: PersonasReport): string[] {
  const { personas, retired, parentRelease } = asCurrentPersonas(stored);
  if (parentRelease === null) return [];
  return [
    ...personas.filter(({ identity }) => identity.kind !== 'same').map(({ name, key, identity }) => `${identity.kind === 'born' ? 'new' : identity.kind}: ${name} (${key}): ${identity.evidence}`),
    ...retired.map(({ name, key, evidence }) => `retired: ${name} (${key}): ${evidence}`),
    ...personas.flatMap(({ name, key, naming: { before } }) => (before === null ? [] : [`renamed: ${before.name} (${key}) is now ${name}: ${before.because}`])),
  ];
}

/** Which notes stand beside which persona, and which are to be looked at again. */
export const noteLines = ({ personas, loose }: PersonaNotes): string[] => [
  ...personas.flatMap(({ key, notes }) => notes.map(({ file, date, review }) => `${key}: ${file} of ${date}${review === null ? '' : `, to be reviewed: ${review}`}`)),
  ...loose.map(({ note, because }) => `no persona: ${note.file} of ${note.date}: ${because}`),
];

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
