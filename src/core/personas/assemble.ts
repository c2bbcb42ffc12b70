import type { FeaturesReport, FeatureSpec } from '../../contracts/features';
import type { CategoryProfile, FeatureProfile, Persona, PersonaIdentity, PersonasReport, PersonaTransition, RetiredPersona } from '../../contracts/personas';
import { endEvidence, identityEvidence } from './evidence';
import type { ClusterIdentity, Identity } from './identity';
import type { Kpi } from './kpis';
import { kpiValues } from './kpis';
import { leftName } from './name-holds';
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
  const personas = identity.personas.map((own): Persona => {
    const { key, cluster, change, overlap, bornAsOf } = own;
    const size = sizeOf(sizes, key);
    const profile = input.profiles[cluster];
    const { name, namedAfter, naming } = names[cluster];
    return {
      key, name, namedAfter, naming, cluster, change, identity: identityOf(own, parent), transitions: transitionsOfPersona(own, input), overlap, bornAsOf,
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
    format: 2,
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
    former: [
      ...(parent?.former ?? []),
      ...identity.retired.map(({ key, kind, into }) => ({ key, name: nameOf(parent?.personas ?? [], key), asOf: features.asOf, kind, into: into.map((link) => link.key) })),
    ],
    retired: identity.retired.map(({ key, kind, into }): RetiredPersona => {
      const links = into.map((link) => ({ ...link, name: nameOf(personas, link.key) }));
      return { key, name: nameOf(parent?.personas ?? [], key), kind, into: links, evidence: endEvidence({ kind, into: links }) };
    }),
    whales: { rule: input.whaleRule, customers: all.whales, revenueShare: ratio(all.whale_revenue, all.revenue) },
    atRisk: { rule: input.atRiskRule, customers: all.at_risk },
    issuedKeys: identity.issuedKeys,
  };
}

function identityOf({ key, change: kind, from, keyBy }: ClusterIdentity, parent: PersonasReport | null): PersonaIdentity {
  const origins = from.map((origin) => ({ ...origin, name: nameOf(parent?.personas ?? [], origin.key) }));
  return { kind, from: origins, keyBy, evidence: identityEvidence({ kind, key, keyBy, from: origins, first: parent === null }) };
}

/** Splits and mergers of the persona it continues or, with a new key, of those it comes from; then its own. What the parent release did has its number now. */
function transitionsOfPersona({ key, change, parents }: ClusterIdentity, { parent, parentRelease, features }: AssembleInput): PersonaTransition[] {
  const changed = change === 'split' || change === 'merged';
  const sources = [key, ...parents];
  const earlier = (parent?.personas ?? [])
    .filter((persona) => sources.includes(persona.key))
    .flatMap(({ transitions }) => transitions.map((transition) => ({ ...transition, release: transition.release ?? parentRelease })));
  const own = changed ? [{ kind: change, asOf: features.asOf, release: null, from: parents }] : [];
  const distinct = new Map([...earlier, ...own].map((transition) => [JSON.stringify(transition), transition]));
  return [...distinct.values()].sort((a, b) => (a.asOf < b.asOf ? -1 : a.asOf > b.asOf ? 1 : 0));
}

const nameOf = (personas: readonly Pick<Persona, 'key' | 'name'>[], key: string): string => personas.find((persona) => persona.key === key)?.name ?? key;

type GivenName = Pick<Persona, 'name' | 'namedAfter' | 'naming'>;

/**
 * Names stick: who continues a key, of the parent release or of the one whose model is applied, keeps the name as long as all that it says holds (`leftName`). The others are named from their
 * profiles, those who gave up a name too; a name that was given up is nobody's in the same release.
 */
function namesOf({ identity, parent, applied, profiles, specs, alike, features }: AssembleInput): GivenName[] {
  const parentOf = new Map([...(applied?.personas ?? []), ...(parent?.personas ?? [])].map((persona) => [persona.key, persona]));
  const profileOf = new Map(identity.personas.map(({ key, cluster }) => [key, profiles[cluster]]));
  const source = (cluster: number) => ({ cluster, profile: profiles[cluster] });
  const before = identity.personas.map(({ key }) => parentOf.get(key));
  const left = before.map((persona, cluster) => (persona ? leftName(persona.naming.claims, profiles[cluster], specs, profileOf) : null));
  const kept = before.map((persona, cluster) => (left[cluster] === null ? persona : undefined));
  const taken = new Map(before.flatMap((persona, cluster) => (persona ? [[persona.name, cluster] as const] : [])));
  const named = nameBorn(
    identity.personas.filter(({ cluster }) => !kept[cluster]).map(({ cluster }) => source(cluster)),
    profiles.map((_, cluster) => source(cluster)),
    taken,
    specs,
    alike.words,
  );
  return kept.map((persona, cluster): GivenName => {
    if (persona) return { name: persona.name, namedAfter: persona.namedAfter, naming: { ...persona.naming, before: null } };
    const { name, namedAfter, claims } = named.get(cluster) ?? { name: `Group ${cluster + 1}`, namedAfter: [], claims: [] };
    const [old, because] = [before[cluster], left[cluster]];
    return {
      name,
      namedAfter,
      naming: {
        since: features.asOf,
        claims: claims.map((claim) => ({ ...claim, than: claim.than === null ? null : identity.personas[claim.than].key })),
        before: old && because !== null ? { name: old.name, because } : null,
      },
    };
  });
}

function sizeOf(sizes: readonly SizeRow[], key: string | null): SizeRow {
  return sizes.find(({ persona_key }) => persona_key === key) ?? { persona_key: key, customers: 0, revenue: '0', whales: 0, whale_revenue: '0', at_risk: 0 };
}

/** Ratio of two decimal texts; 0 where the whole is 0. */
const ratio = (part: string, whole: string): number => (Number(whole) === 0 ? 0 : Number(part) / Number(whole));
