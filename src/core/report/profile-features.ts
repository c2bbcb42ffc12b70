import type { PublishedProfile } from '../personas/published';
import type { View } from './view';

/** Features with a profile, in the order of the profile: the union over personas. */
export function profiledFeatures({ cast }: View): string[] {
  return [...new Set(cast.flatMap(({ persona }) => persona.profile.map((p) => p.feature)))];
}

/** Those of them that a model column reads. */
export function modelledFeatures(view: View): string[] {
  const used = new Set(view.preprocessing.columns.flatMap((c) => c.from));
  return profiledFeatures(view).filter((feature) => used.has(feature));
}

/** The profile of each persona for one feature, in the order of the cast. */
export const profilesOf = ({ cast }: View, feature: string): (PublishedProfile | undefined)[] =>
  cast.map(({ persona }) => persona.profile.find((p) => p.feature === feature));
