import type { AttachedNote, PersonaNotes } from '../../contracts/notes';
import type { FeatureProfile, Persona, PersonaIdentity, PersonaLink, PersonaOrigin, PersonasReport, RetiredPersona } from '../../contracts/personas';
import { type Shown, shownOrNull, suppress, suppressTogether, withCompany } from '../privacy/suppress';
import { asCurrentPersonas } from './current';
import { endEvidence, identityEvidence } from './evidence';

export type PublishedProfile = Omit<FeatureProfile, 'missing'> & { readonly missing: number | null };
type Suppressed = 'customers' | 'share' | 'revenue' | 'revenueShare' | 'profile' | 'whales' | 'atRisk' | 'identity' | 'overlap';

/** Of fewer than kMin shared customers neither their number nor their shares. */
type PublishedLink<L extends PersonaLink> = { readonly [F in keyof L]: F extends 'key' | 'name' ? L[F] : L[F] | null };

export interface PublishedIdentity extends Omit<PersonaIdentity, 'from'> {
  readonly from: readonly PublishedLink<PersonaOrigin>[];
}

export interface PublishedRetired extends Omit<RetiredPersona, 'into'> {
  readonly into: readonly PublishedLink<PersonaLink>[];
}

/** A persona as targets get it: a count of 1..kMin−1 customers is null, and what it could be worked out from with it. */
export interface PublishedPersona extends Omit<Persona, Suppressed> {
  readonly customers: number | null;
  readonly share: number | null;
  readonly revenue: string | null;
  readonly revenueShare: number | null;
  readonly profile: readonly PublishedProfile[];
  readonly whales: number | null;
  readonly atRisk: number | null;
  readonly identity: PublishedIdentity;
  readonly overlap: number | null;
  readonly notes: readonly PublishedNote[];
}

/** A note as targets get it: its picture by path and hash. */
export interface PublishedNote extends Omit<AttachedNote, 'picture'> {
  readonly picture: { readonly path: string; readonly sha256: string } | null;
}

export interface PublishedPersonas extends Omit<PersonasReport, 'personas' | 'unassigned' | 'whales' | 'atRisk' | 'retired'> {
  readonly personas: readonly PublishedPersona[];
  readonly retired: readonly PublishedRetired[];
  readonly unassigned: { readonly customers: number | null; readonly share: number | null; readonly revenue: string | null; readonly revenueShare: number | null; readonly whales: number | null; readonly atRisk: number | null };
  readonly whales: { readonly rule: string; readonly customers: number | null; readonly revenueShare: number | null };
  readonly atRisk: { readonly rule: string; readonly customers: number | null };
}

/**
 * The personas of a release as targets get them. Counts of fewer than `kMin` customers are null; where one alone would follow from
 * the total, the next smallest is null too. The size of a persona goes with its shares and its revenue, from which it would follow.
 *
 * @param notes Interview notes of the release, if it has any.
 */
export function publishedPersonas(stored: PersonasReport, kMin: number, notes: PersonaNotes | null = null): PublishedPersonas {
  const report = asCurrentPersonas(stored);
  const { personas, unassigned, whales, atRisk, retired } = report;
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
      ...identityOf(p, report, customers[i] === null, kMin),
      notes: notesOf(p.key, notes),
      categories: customers[i] === null ? withoutShares(p.categories) : p.categories,
      kpis:
        customers[i] === null ? p.kpis.map((kpi) => (kpi.kpi === 'revenue' ? { ...kpi, value: null } : kpi)) : p.kpis,
      profile: p.profile.map((entry) => ({ ...entry, missing: missing.get(entry.feature)?.[i] ?? null })),
      whales: whalesOf[i],
      atRisk: atRiskOf[i],
    })),
    retired: retired.map((persona) => {
      const into = persona.into.map((link) => shownLink(link, kMin));
      return { ...persona, into, ...(into.some(isHidden) && { evidence: endEvidence({ kind: persona.kind, into }) }) };
    }),
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

/** Where a persona comes from: of the origins that share too few customers, or of a persona whose size is not shown, only which they are. */
function identityOf({ key, identity, overlap }: Persona, { parentRelease }: PersonasReport, sizeless: boolean, kMin: number): Pick<PublishedPersona, 'identity' | 'overlap'> {
  const from = identity.from.map((origin) => shownLink(origin, sizeless ? Infinity : kMin));
  if (!from.some(isHidden)) return { identity, overlap };
  const evidence = identityEvidence({ ...identity, key, from, first: parentRelease === null });
  const own = from.find((origin) => origin.key === key);
  return { identity: { ...identity, from, evidence }, overlap: own === undefined || isHidden(own) ? null : overlap };
}

const notesOf = (key: string, notes: PersonaNotes | null): PublishedNote[] =>
  (notes?.personas.find((persona) => persona.key === key)?.notes ?? []).map(({ picture, ...note }) => ({
    ...note,
    picture: picture && { path: picture.path, sha256: picture.ref.sha256 },
  }));

const isHidden = ({ customers }: { readonly customers: number | null }): boolean => customers === null;

function shownLink<L extends PersonaLink>(link: L, kMin: number): PublishedLink<L> {
  if (typeof suppress(link.customers, kMin) === 'number') return link as PublishedLink<L>;
  const hidden = Object.entries(link).map(([field, value]) => [field, field === 'key' || field === 'name' ? (value as unknown) : null]);
  return Object.fromEntries(hidden) as PublishedLink<L>;
}

const SIZELESS = { share: null, revenue: null, revenueShare: null } as const;

/** A count of each persona and of the unassigned, whose count would follow from the others and the total; 0 is nobody to protect. */
function countsOf(
  { personas, unassigned }: PersonasReport,
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
