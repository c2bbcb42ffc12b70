import type { ResolvedProject } from '../../config/project';
import { digestOf } from './digest';

/** A resolved project without the places it was read from and written to: what two runs of the same thing share. */
export type PlacelessProject = Readonly<Record<string, unknown>>;

function without<T extends object, K extends keyof T>(value: T, ...keys: readonly K[]): Omit<T, K> {
  const gone = new Set<PropertyKey>(keys);
  return Object.fromEntries(Object.entries(value).filter(([key]) => !gone.has(key))) as Omit<T, K>;
}

/** Keys of a target that say where it is and how it is reached; which of them a target has depends on its type. */
const TARGET_PLACES = new Set(
  'path connection schema keep statementTimeout bucket prefix endpoint region accessKeyId secretAccessKey url secret attempts timeout allowPrivate'.split(' '),
);

const withoutPlace = (target: object): object =>
  Object.fromEntries(Object.entries(target).filter(([key]) => !TARGET_PLACES.has(key)));

/**
 * Leave out what says where and when, not what: source paths, where targets are and how they are reached, where the project key is found,
 * the record of processing, the engine section (threads, memory), the schedule, the gate (when a release needs an approval, not what it is), how long things are kept, and the default as-of date.
 */
export function withoutPlaces({ config, sql, format, notes }: ResolvedProject): PlacelessProject {
  const { sources, publish, privacy, ...rest } = without(config, 'engine', 'schedule', 'gate', 'retention', 'asOf');
  const pathless = Object.entries(sources).filter(([, source]) => source !== undefined);
  return {
    format,
    sql,
    ...(notes && { notes: notes.sha256 }),
    config: {
      ...rest,
      sources: Object.fromEntries(pathless.map(([role, source]) => [role, without(source, 'path')])),
      publish: { ...publish, targets: publish.targets.map(withoutPlace) },
      privacy: without(privacy, 'projectKey', 'record'),
    },
  };
}

/** SHA-256 of the canonical JSON of the project without places: what must agree for two starts to be the same run. */
export function configDigest(resolved: ResolvedProject): string {
  return digestOf(withoutPlaces(resolved));
}
