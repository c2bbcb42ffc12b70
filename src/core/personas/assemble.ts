import type { FeaturesReport, FeatureSpec } from '../../contracts/features';
import type { CategoryProfile, FeatureProfile, Persona, PersonasReport } from '../../contracts/personas';
import type { Identity } from './identity';
import type { Kpi } from './kpis';
import { kpiValues } from './kpis';
import type { PersonaName } from './naming';
import { nameBorn } from './naming';
import type { Alike } from './traits';
import { headlineTraits } from './traits';

/** One row of the SQL model `personas/sizes`; `persona_key` is null in the row of all customers, empty in that of the unassigned. Amounts are decimal text. */
export interface SizeRow {
  readonly persona_key: string | null;
  readonly customers: number;
  readonly revenue: string;
  readonly whales: number;
  readonly whale_revenue: string;
  readonly at_risk: number;
}

export interface AssembleInput {
  readonly features: FeaturesReport;
  /** Numeric features, as in each profile. */
  readonly specs: readonly FeatureSpec[];
  readonly identity: Identity;
  readonly parent: PersonasReport | null;
  /** The personas of the release whose model is applied: they keep their names. */
  readonly applied?: PersonasReport | null;
  readonly parentRelease: number | null;
  readonly sizes: readonly SizeRow[];
  readonly profiles: readonly (readonly FeatureProfile[])[];
  readonly categories: readonly (readonly CategoryProfile[])[];
  readonly stability: readonly Persona['stability'][];
  readonly kpis: readonly Kpi[];
  /** Which traits restate each other, and which words of a name do: a name may say "frequent" and "high-value". */
  readonly alike: { readonly traits: Alike; readonly words: Alike };
  readonly whaleRule: string;
  readonly atRiskRule: string;
}

/** The personas of a release: identity, name, size, money and profile of each cluster, in cluster order. */
export function assemblePersonas(input: AssembleInput): PersonasReport {
  const { features, identity, parent, sizes } = input;
  const all = sizeOf(sizes, null);
  const none = sizeOf(sizes, '');
  const names = namesOf(input);
  const personas = identity.personas.map(({ key, cluster, change, overlap, bornAsOf }): Persona => {
    const size = sizeOf(sizes, key);
    const profile = input.profiles[cluster];
    const { name, namedAfter } = names[cluster];
    return {
      key, name, namedAfter, cluster, change, overlap, bornAsOf,
      customers: size.customers,
      share: size.customers / all.customers,
      revenue: size.revenue,
      revenueShare: ratio(size.revenue, all.revenue),
      stability: input.stability[cluster],
      traits: headlineTraits(profile, input.specs, input.alike.traits),
      profile,
      categories: input.categories[cluster],
      kpis: kpiValues(input.kpis, { revenue: size.revenue, profile }, all.revenue),
      whales: size.whales,
      atRisk: size.at_risk,
    };
  });
  return {
    asOf: features.asOf,
    customers: all.customers,
    totalRevenue: all.revenue,
    revenue: features.revenue,
    currency: features.currency,
    parentRelease: input.parentRelease,
    personas,
    unassigned: {
      customers: none.customers,
      share: all.customers === 0 ? 0 : none.customers / all.customers,
      revenue: none.revenue,
      revenueShare: ratio(none.revenue, all.revenue),
      whales: none.whales,
      atRisk: none.at_risk,
    },
    retired: (parent?.personas ?? []).filter(({ key }) => identity.retired.includes(key)).map(({ key, name }) => ({ key, name })),
    whales: { rule: input.whaleRule, customers: all.whales, revenueShare: ratio(all.whale_revenue, all.revenue) },
    atRisk: { rule: input.atRiskRule, customers: all.at_risk },
    issuedKeys: identity.issuedKeys,
  };
}

/** A persona of the parent, or of the model that is applied, keeps its name; the others are named from their profiles. */
function namesOf({ identity, parent, applied, profiles, specs, alike }: AssembleInput): PersonaName[] {
  const known = new Map([...(applied?.personas ?? []), ...(parent?.personas ?? [])].map((persona) => [persona.key, persona]));
  const source = (cluster: number) => ({ cluster, profile: profiles[cluster] });
  const keptNames = identity.personas.map(({ key }) => known.get(key));
  const taken = new Map(keptNames.flatMap((persona, cluster) => (persona ? [[persona.name, cluster] as const] : [])));
  const born = nameBorn(
    identity.personas.filter(({ cluster }) => !keptNames[cluster]).map(({ cluster }) => source(cluster)),
    profiles.map((_, cluster) => source(cluster)),
    taken,
    specs,
    alike.words,
  );
  return keptNames.map((persona, cluster) => {
    const fresh = born.get(cluster);
    return persona ? { name: persona.name, namedAfter: persona.namedAfter } : (fresh ?? { name: `Group ${cluster + 1}`, namedAfter: [] });
  });
}

function sizeOf(sizes: readonly SizeRow[], key: string | null): SizeRow {
  return sizes.find(({ persona_key }) => persona_key === key) ?? { persona_key: key, customers: 0, revenue: '0', whales: 0, whale_revenue: '0', at_risk: 0 };
}

/** Ratio of two decimal texts; 0 where the whole is 0. */
const ratio = (part: string, whole: string): number => (Number(whole) === 0 ? 0 : Number(part) / Number(whole));
