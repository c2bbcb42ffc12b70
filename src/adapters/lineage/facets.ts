import { createHash } from 'node:crypto';

const SPEC = 'https://openlineage.io/spec';

export const RUN_EVENT_SCHEMA = `${SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent`;

/** Schema versions of the facets, as published with OpenLineage 2-0-2. */
const VERSIONS = {
  NominalTimeRunFacet: '1-0-1',
  ParentRunFacet: '1-2-0',
  ProcessingEngineRunFacet: '1-1-1',
  ErrorMessageRunFacet: '1-0-1',
  DatasetVersionDatasetFacet: '1-0-1',
  SchemaDatasetFacet: '1-2-0',
  DataQualityAssertionsDatasetFacet: '1-1-0',
  OutputStatisticsOutputDatasetFacet: '1-0-2',
} as const;

export const producerOf = (version: string): string => `urn:dramatis:${version}`;

/** Makes facets that say which version of Dramatis wrote them. */
export const facetMaker =
  (producer: string) =>
  <T extends object>(
    name: keyof typeof VERSIONS,
    body: T,
  ): T & { readonly _producer: string; readonly _schemaURL: string } => ({
    _producer: producer,
    _schemaURL: `${SPEC}/facets/${VERSIONS[name]}/${name}.json#/$defs/${name}`,
    ...body,
  });

export type Facets = ReturnType<typeof facetMaker>;

/** A UUID that is the same for the same parts: version 8 of RFC 9562, from their SHA-256. */
export function uuidOf(...parts: readonly (string | number)[]): string {
  const bytes = createHash('sha256').update(parts.join('\n')).digest().subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x80;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
