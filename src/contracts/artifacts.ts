/** An immutable object in the artifact store, named by its SHA-256. This, never rows, is what travels between stages. */
export interface ArtifactRef {
  /** SHA-256 of the bytes, lower-case hex. */
  readonly sha256: string;
  readonly bytes: number;
  /** Rows for a table (Parquet), null for a document. */
  readonly rows: number | null;
  /** `<stage>.<output>`, e.g. `features.features`; fixes the schema of the content. */
  readonly kind: string;
}

export type ArtifactRefs = Readonly<Record<string, ArtifactRef>>;
