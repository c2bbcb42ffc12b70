import type { FeatureSpec } from '../../contracts/features';
import type { FeatureProfile, NameClaim } from '../../contracts/personas';
import { isShown } from './profile';
import { shareStem } from './stems';
import type { Alike } from './traits';
import { byStrength, distinct } from './traits';
import { phrase } from './wording';

/** A feature this many base standard deviations from the base is worth a word. */
export const NOTABLE = 0.3;
/** Recency, frequency and money are what people look for first: they speak before a feature that is a quarter stronger. */
const RFM_FIRST = 1.25;
/** A name never says more than this many things. */
const LONGEST = 3;

/** What a persona's name is made from. */
export interface NameSource {
  readonly cluster: number;
  readonly profile: readonly FeatureProfile[];
}

export interface PersonaName {
  readonly name: string;
  /** The two or three features it says something about. */
  readonly namedAfter: readonly string[];
  /** What it says of them; `than` is a cluster. */
  readonly claims: readonly (Omit<NameClaim, 'than'> & { readonly than: number | null })[];
}

type Claims = PersonaName['claims'];

/** A feature that can speak, with what it would say. */
interface Said {
  readonly feature: string;
  /** Standing times the weight of the feature in names. */
  readonly z: number;
  readonly standing: number;
  readonly spec: FeatureSpec;
  readonly word: string;
}

/**
 * Names for new personas, from their profiles: the words of the two strongest distinct features, then of the third where two would share
 * a name, then a comparison with the persona that has it. The same profiles get the same names.
 *
 * @param born Personas to name, in cluster order.
 * @param others All personas of the release, for comparisons; includes `born`.
 * @param kept Names already taken, with the cluster that has each.
 * @returns By cluster.
 */
export function nameBorn(
  born: readonly NameSource[],
  others: readonly NameSource[],
  kept: ReadonlyMap<string, number>,
  specs: readonly FeatureSpec[],
  alike: Alike,
): Map<number, PersonaName> {
  const taken = new Map(kept);
  const names = new Map<number, PersonaName>();
  for (const source of born) {
    const options = candidates(source, specs, alike);
    const rival = others.find(({ cluster }) => cluster === taken.get(options[0].name));
    const free = [...options, ...compared(options[0], source, rival, specs)].find(({ name }) => !taken.has(name));
    const chosen = free ?? numbered(options[0], taken);
    taken.set(chosen.name, source.cluster);
    names.set(source.cluster, chosen);
  }
  return names;
}

/** The last resort, for personas that differ in nothing that has a name. */
function numbered({ name, ...rest }: PersonaName, taken: ReadonlyMap<string, number>): PersonaName {
  let n = 2;
  while (taken.has(`${name} (${n})`)) n++;
  return { ...rest, name: `${name} (${n})` };
}

/** From the shortest name to the longest. A persona of which no statistic may be shown gets a number. */
function candidates({ cluster, profile }: NameSource, specs: readonly FeatureSpec[], alike: Alike): [PersonaName, ...PersonaName[]] {
  const strongest = byStrength(profile.filter(isShown)).map(({ feature }) => feature);
  if (strongest.length === 0) return [{ name: `Group ${cluster + 1}`, namedAfter: [], claims: [claim('unknown')] }];
  const notable = sayable(profile, specs);
  if (isOneTime(profile)) {
    const others = unrepeated(distinct(notable.filter(({ feature }) => !ONE_ORDER.includes(feature)), alike), [ONE_TIME]);
    const cited = (said: readonly Said[]): string[] => ['frequency', ...featuresOf(said)];
    return ladder(others, 1, LONGEST - 1, specs, (said) => ({
      name: phrase(said, { oneTime: true }),
      namedAfter: atLeastTwo(cited(said), strongest),
      claims: [claim('one-time', 'frequency'), ...claimsOf(said)],
    }));
  }
  const said = unrepeated(distinct(notable, alike), []);
  if (said.length >= 2) return ladder(said, 2, LONGEST, specs, (words) => ({ name: phrase(words, {}), namedAfter: featuresOf(words), claims: claimsOf(words) }));
  return [{ name: phrase(said, { typical: true }), namedAfter: atLeastTwo(featuresOf(said), strongest), claims: [...claimsOf(said), claim('typical')] }];
}

/** Names from the first `from`, `from + 1`, … `to` of the things to say, each said in the order of the features. */
function ladder(said: readonly Said[], from: number, to: number, specs: readonly FeatureSpec[], make: (said: readonly Said[]) => PersonaName): [PersonaName, ...PersonaName[]] {
  const place = ({ spec }: Said): number => specs.indexOf(spec);
  const name = (n: number) => make(said.slice(0, n).sort((a, b) => place(a) - place(b)));
  const longer = Array.from({ length: Math.max(0, Math.min(to, said.length) - from) }, (_, i) => name(from + i + 1));
  return [name(from), ...longer];
}

/** The same name with what sets the persona apart from the one that has it: "… with higher basket value". */
function compared(short: PersonaName, source: NameSource, rival: NameSource | undefined, specs: readonly FeatureSpec[]): PersonaName[] {
  if (rival === undefined) return [];
  const kindOf = new Map(specs.map(({ name, kind }) => [name, kind]));
  const theirs = new Map(rival.profile.filter(isShown).map(({ feature, z }) => [feature, z]));
  const gaps = source.profile.filter(isShown).flatMap(({ feature, label, z }) => {
    const other = theirs.get(feature);
    return kindOf.get(feature) === 'score' || other === undefined ? [] : [{ feature, label, z: z - other }];
  });
  return byStrength(gaps)
    .filter(({ z, label }) => z !== 0 && !shareStem(short.name, label))
    .map(({ feature, label, z }) => ({
      name: `${short.name} with ${z > 0 ? 'higher' : 'lower'} ${label.charAt(0).toLowerCase()}${label.slice(1)}`,
      namedAfter: [...new Set([...short.namedAfter.slice(0, 2), feature])],
      claims: [...short.claims, { ...claim(z > 0 ? 'higher' : 'lower', feature), than: rival.cluster }],
    }));
}

/** What can be said without saying a word twice: "Winter-season winter sports fans" would. The stronger one speaks. */
function unrepeated(said: readonly Said[], before: readonly string[]): Said[] {
  const taken: Said[] = [];
  for (const one of said)
    if (![...before, ...taken.map(({ word }) => word)].some((word) => shareStem(word, one.word))) taken.push(one);
  return taken;
}

/** What the features can say, in the order in which it is worth saying. */
export function sayable(profile: readonly FeatureProfile[], specs: readonly FeatureSpec[]): Said[] {
  const specOf = new Map(specs.map((spec) => [spec.name, spec]));
  const said = profile.filter(isShown).flatMap(({ feature, z }) => {
    const spec = specOf.get(feature);
    const word = (z > 0 ? spec?.words?.high : spec?.words?.low) ?? '';
    return spec === undefined || word === '' || Math.abs(z) < NOTABLE ? [] : [{ feature, z: z * weightOf(spec, z), standing: z, spec, word }];
  });
  return byStrength(said);
}

/** Having much of one part of a whole says more than having little of another: the second counts half. */
function weightOf({ group, kind }: FeatureSpec, z: number): number {
  if (kind === 'part' && z < 0) return 0.5;
  return group === 'rfm' ? RFM_FIRST : 1;
}

/** Three quarters of the persona, but not of all customers, ordered once. */
export function isOneTime(profile: readonly FeatureProfile[]): boolean {
  const frequency = profile.find(({ feature }) => feature === 'frequency');
  return frequency?.q75 === 1 && (frequency.baseMedian ?? 1) > 1;
}

/** How a name says that there was one order. */
const ONE_TIME = 'one-time buyers';
/** What follows from having one order: said once, by "one-time". */
const ONE_ORDER = ['frequency', 'interpurchase_days', 'median_gap_days', 'clv_recency_days'];

const claim = (says: NameClaim['says'], feature: string | null = null, z: number | null = null): Claims[number] => ({ says, feature, z, than: null });
const claimsOf = (said: readonly Said[]): Claims[number][] => said.map(({ feature, standing }) => claim(standing > 0 ? 'high' : 'low', feature, standing));

const featuresOf = (said: readonly Said[]): string[] => said.map(({ feature }) => feature);

/** A name that says one thing, or nothing, is still owed to two features: those furthest from the base, near as they are. */
const atLeastTwo = (cited: readonly string[], strongest: readonly string[]): string[] =>
  cited.length >= 2 ? [...cited] : [...cited, ...strongest.filter((feature) => !cited.includes(feature))].slice(0, 2);
