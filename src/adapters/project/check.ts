import type { ProjectConfig } from '../../config/project';
import { featureIssues } from './check-features';
import { qualityIssues } from './check-quality';
import { sourceIssues } from './check-sources';
import { hintOf, type Issue } from './issue';
import { patternIssues } from './patterns';

/**
 * Everything in a config that the schema cannot see: names that name nothing, ranges that do not meet, patterns the engine refuses.
 * The stages check the same again, where they use it; here it is found before anything starts.
 *
 * Cost: a few milliseconds, and the engine's opening where there are patterns (`patternIssues`).
 */
export async function configIssues(config: ProjectConfig): Promise<Issue[]> {
  return [...timeZoneIssues(config), ...sourceIssues(config), ...qualityIssues(config), ...(await patternIssues(config)), ...featureIssues(config), ...clusterIssues(config)];
}

/** What does no harm and is probably not meant. */
export function configWarnings({ features, sources }: ProjectConfig): Issue[] {
  const grouped = Object.keys(features.countryGroups).length > 0;
  if (!grouped || 'country' in sources.transactions.columns) return [];
  return [{ path: ['features', 'countryGroups'], message: 'sources.transactions.columns maps no "country", so there is no country_group' }];
}

function timeZoneIssues({ timeZone }: ProjectConfig): Issue[] {
  if (isTimeZone(timeZone)) return [];
  return [{ path: ['timeZone'], message: `"${timeZone}" is no time zone of the IANA database; ${zoneHint(timeZone)}` }];
}

/** Offsets such as +01:00, which newer versions of Node take, are none: the engine does not know them. */
function isTimeZone(name: string): boolean {
  if (/^[+-]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function zoneHint(name: string): string {
  const hint = hintOf(name, Intl.supportedValuesOf('timeZone'));
  return hint.startsWith('did') ? hint : 'write e.g. "UTC" or "Europe/Berlin"';
}

function clusterIssues({ modeling: { clusters }, objective: { granularity } }: ProjectConfig): Issue[] {
  if (Math.max(clusters.min, granularity.min) <= Math.min(clusters.max, granularity.max)) return [];
  const range = ({ min, max }: { min: number; max: number }): string => `${min} to ${max}`;
  return [{ path: ['modeling', 'clusters'], message: `no k of ${range(clusters)} lies within objective.granularity, ${range(granularity)}: let the two ranges overlap` }];
}
