import type { FeatureProfile, Persona, PersonasReport } from '../../contracts/personas';
import { type Shown, shownOrNull, suppress, suppressTogether, withCompany } from '../privacy/suppress';

export type PublishedProfile = Omit<FeatureProfile, 'missing'> & { readonly missing: number | null };
type Suppressed = 'customers' | 'share' | 'revenue' | 'revenueShare' | 'profile' | 'whales' | 'atRisk';

/** A persona as targets get it: a count of 1..kMin−1 customers is null, and what it could be worked out from with it. */
export interface PublishedPersona extends Omit<Persona, Suppressed> {
  readonly customers: number | null;
  readonly share: number | null;
  readonly revenue: string | null;
  readonly revenueShare: number | null;
  readonly profile: readonly PublishedProfile[];
  readonly whales: number | null;
  readonly atRisk: number | null;
}

export interface PublishedPersonas extends Omit<PersonasReport, 'personas' | 'unassigned' | 'whales' | 'atRisk'> {
  readonly personas: readonly PublishedPersona[];
  readonly unassigned: { readonly customers: number | null; readonly share: number | null; readonly revenue: string | null; readonly revenueShare: number | null; readonly whales: number | null; readonly atRisk: number | null };
  readonly whales: { readonly rule: string; readonly customers: number | null; readonly revenueShare: number | null };
  readonly atRisk: { readonly rule: string; readonly customers: number | null };
}

/**
 * The personas of a release as targets get them. Counts of fewer than `kMin` customers are null; where one alone would follow from
 * the total, the next smallest is null too. The size of a persona goes with its shares and its revenue, from which it would follow.
 */
export function publishedPersonas(report: PersonasReport, kMin: number): PublishedPersonas {
  const { personas, unassigned = NOBODY, whales, atRisk } = report;
  const [customers, outside] = countsOf(report, (of) => of.customers, kMin);
  const [whalesOf, whalesOutside] = countsOf(report, (of) => of.whales, kMin);
  const [atRiskOf, atRiskOutside] = countsOf(report, (of) => of.atRisk, kMin);
  const missing = missingOf(personas, customers, kMin);
  const whalesInAll = shownOrNull(suppress(whales.customers, kMin));
  return {
    ...report,
    personas: personas.map((p, i) => ({
      ...p,
      ...(customers[i] === null ? SIZELESS : {}),
      customers: customers[i],
      categories: customers[i] === null ? withoutShares(p.categories) : p.categories,
      kpis:
        customers[i] === null ? p.kpis.map((kpi) => (kpi.kpi === 'revenue' ? { ...kpi, value: null } : kpi)) : p.kpis,
      profile: p.profile.map((entry) => ({ ...entry, missing: missing.get(entry.feature)?.[i] ?? null })),
      whales: whalesOf[i],
      atRisk: atRiskOf[i],
    })),
    unassigned: {
      ...unassigned,
      ...(outside === null ? SIZELESS : {}),
      customers: outside,
      whales: whalesOutside,
      atRisk: atRiskOutside,
    },
    whales: { ...whales, customers: whalesInAll, revenueShare: whalesInAll === null ? null : whales.revenueShare },
    atRisk: { ...atRisk, customers: shownOrNull(suppress(atRisk.customers, kMin)) },
  };
}

/** Reports of before there were unassigned customers do not mention them. */
const NOBODY: PersonasReport['unassigned'] = { customers: 0, share: 0, revenue: '0', revenueShare: 0, whales: 0, atRisk: 0 };

const SIZELESS = { share: null, revenue: null, revenueShare: null } as const;

/** A count of each persona and of the unassigned, whose count would follow from the others and the total; 0 is nobody to protect. */
function countsOf(
  { personas, unassigned = NOBODY }: PersonasReport,
  of: (counted: Pick<Persona, 'customers' | 'whales' | 'atRisk'>) => number,
  kMin: number,
): readonly [(number | null)[], number | null] {
  const outside = of(unassigned);
  const shown = suppressTogether([...personas.map(of), ...(outside > 0 ? [outside] : [])], kMin).map(shownOrNull);
  return [shown.slice(0, personas.length), outside > 0 ? shown[personas.length] : 0];
}

const withoutShares = (categories: Persona['categories']): Persona['categories'] =>
  categories.map((category) => ({ ...category, levels: category.levels.map((level) => ({ ...level, share: null })) }));

/**
 * By feature, how many customers of each persona have no value. Not shown where they, or those who have one, are fewer than `kMin`,
 * nor where they would give away the size of the persona.
 */
function missingOf(
  personas: readonly Persona[],
  sizes: readonly (number | null)[],
  kMin: number,
): Map<string, (number | null)[]> {
  const features = new Set(personas.flatMap(({ profile }) => profile.map(({ feature }) => feature)));
  return new Map(
    [...features].map((feature) => {
      const counts = personas.map(({ profile }) => profile.find((entry) => entry.feature === feature)?.missing ?? 0);
      const shown = counts.map((n, i): Shown => {
        const fewPresent = suppress(personas[i].customers - n, kMin) === 'small';
        return sizes[i] === null || fewPresent ? 'withheld' : suppress(n, kMin);
      });
      return [feature, withCompany(counts, shown).map(shownOrNull)];
    }),
  );
}
