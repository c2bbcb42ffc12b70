import type { FeatureSpec } from '../../contracts/features';
import type { FeatureProfile, NameClaim } from '../../contracts/personas';
import { isOneTime, NOTABLE, sayable } from './naming';
import { isShown } from './profile';

/** What a name says of a feature holds until the feature stands out by less than half of what it takes to be said. */
const STILL_NOTABLE = NOTABLE / 2;
/** Typical is who has nothing that stands out by twice of what it takes to be said. */
const NO_LONGER_TYPICAL = 2 * NOTABLE;

type Profile = readonly FeatureProfile[];

/**
 * Why a name no longer fits its persona's profile; null where it does, and sticks. Everything the name says must hold:
 * - far above or below the base: on the same side still, by half of what a word takes or more;
 * - one-time: at least half of the customers ordered once;
 * - typical: no other feature that has words stands out by twice of what a word takes;
 * - higher or lower than another persona: still so, as long as there is that other;
 * - nothing, for want of values: they are still wanting.
 *
 * @param profileOf Profiles of this release by persona key.
 */
export function leftName(claims: readonly NameClaim[], profile: Profile, specs: readonly FeatureSpec[], profileOf: ReadonlyMap<string, Profile>): string | null {
  const said = claims.map(({ feature }) => feature);
  for (const claim of claims) {
    const reason = broken(claim, profile, { specs, said, rival: claim.than === null ? undefined : profileOf.get(claim.than) });
    if (reason !== null) return reason;
  }
  return null;
}

interface Context {
  readonly specs: readonly FeatureSpec[];
  /** Features that the name speaks of. */
  readonly said: readonly (string | null)[];
  readonly rival: Profile | undefined;
}

function broken(claim: NameClaim, profile: Profile, { specs, said, rival }: Context): string | null {
  switch (claim.says) {
    case 'unknown':
      return profile.some(isShown) ? 'there are enough values now to say something of it' : null;
    case 'typical': {
      const far = sayable(profile, specs).find(({ feature, standing }) => !said.includes(feature) && Math.abs(standing) >= NO_LONGER_TYPICAL);
      return far === undefined ? null : `it is typical no more: ${quoted(far.spec.label)} stands at z ${signed(far.standing)}`;
    }
    case 'one-time': {
      const median = profile.find(({ feature }) => feature === claim.feature)?.median ?? null;
      return median === 1 ? null : median === null ? gone(claim) : 'less than half of its customers ordered once only';
    }
    case 'high':
    case 'low':
      return brokenStanding(claim, profile);
    case 'higher':
    case 'lower': {
      const [own, other] = [standingOf(profile, claim.feature), rival && standingOf(rival, claim.feature)];
      if (own === undefined || other === undefined || (claim.says === 'higher' ? own.z > other.z : own.z < other.z)) return null;
      return `${quoted(own.label)} is no longer ${claim.says} than that of ${claim.than ?? 'the other'}: z ${signed(own.z)} against ${signed(other.z)}`;
    }
  }
}

function brokenStanding(claim: NameClaim, profile: Profile): string | null {
  const entry = standingOf(profile, claim.feature);
  if (entry === undefined) return gone(claim);
  const towards = claim.says === 'high' ? entry.z : -entry.z;
  if (towards >= STILL_NOTABLE) return null;
  const was = claim.z === null ? '' : `, was ${signed(claim.z)} when it was named`;
  return `${quoted(entry.label)} is no longer clearly ${claim.says === 'high' ? 'above' : 'below'} the base: z ${signed(entry.z)}${was}`;
}

const standingOf = (profile: Profile, feature: string | null) => profile.filter(isShown).find((entry) => entry.feature === feature);
const gone = ({ feature }: NameClaim): string => `there is no value to show for ${quoted(feature ?? '')} any more`;
const quoted = (label: string): string => `“${label}”`;
const signed = (z: number): string => `${z < 0 ? '−' : ''}${Math.abs(z).toFixed(2)}`;

/** What a name of a release that did not write it down must have said, by the profile of that release. */
export function claimsFrom(namedAfter: readonly string[], profile: Profile): NameClaim[] {
  const oneTime = isOneTime(profile) && namedAfter.includes('frequency');
  return namedAfter.flatMap((feature): NameClaim[] => {
    if (oneTime && feature === 'frequency') return [{ says: 'one-time', feature, z: null, than: null }];
    const z = standingOf(profile, feature)?.z ?? 0;
    return Math.abs(z) < NOTABLE ? [] : [{ says: z > 0 ? 'high' : 'low', feature, z, than: null }];
  });
}
