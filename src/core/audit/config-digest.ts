import type { ResolvedProject } from '../../config/project';
import { digestOf } from './digest';

/** A resolved project without the places it was read from and written to: what two runs of the same thing share. */
export type PlacelessProject = Readonly<Record<string, unknown>>;

function without<T extends object, K extends keyof T>(value: T, ...keys: readonly K[]): Omit<T, K> {
  const gone = new Set<PropertyKey>(keys);
  return Object.fromEntries(Object.entries(value).filter(([key]) => !gone.has(key))) as Omit<T, K>;
}

/**
 * Leave out what says where and when, not what: source paths, target paths, where the project key is found, the record of processing, the engine section
 * (threads, memory), the gate (when a release needs an approval, not what it is) and the default as-of date.
 */
export function withoutPlaces({ config, sql, format }: ResolvedProject): PlacelessProject {
  const { sources, publish, privacy, ...rest } = without(config, 'engine', 'gate', 'asOf');
  const pathless = Object.entries(sources).filter(([, source]) => source !== undefined);
  return {
    format,
    sql,
    config: {
      ...rest,
      sources: Object.fromEntries(pathless.map(([role, source]) => [role, without(source, 'path')])),
      publish: { ...publish, targets: publish.targets.map((target) => without(target, 'path')) },
      privacy: without(privacy, 'projectKey', 'record'),
    },
  };
}

/** SHA-256 of the canonical JSON of the project without places: what must agree for two starts to be the same run. */
export function configDigest(resolved: ResolvedProject): string {
  return digestOf(withoutPlaces(resolved));
}
