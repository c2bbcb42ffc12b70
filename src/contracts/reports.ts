/** Rows in = kept + the sum of rejected, always. */
export interface SourceExtract {
  readonly role: string;
  readonly files: readonly {
    readonly name: string;
    readonly sha256: string;
    readonly bytes: number;
    readonly rows: number;
  }[];
  readonly rowsIn: number;
  readonly kept: number;
  readonly rejected: readonly { readonly reason: string; readonly rows: number }[];
  readonly columns: readonly {
    readonly name: string;
    readonly from: string;
    readonly type: string;
    readonly nulls: number;
    readonly distinct: number;
    readonly min: string | null;
    readonly max: string | null;
  }[];
  /** Hash of the column profile: equal for the same rows, whatever the file format. */
  readonly profileHash: string;
}

/** kind `extract.report` (JSON). Column minima and maxima are given for dates and numbers only, never for text. */
export interface ExtractReport {
  readonly asOf: string;
  readonly knownAt: string | null;
  readonly projectKeyId: string;
  /** Digest of the list of customers who were erased and left out; absent where there are none. */
  readonly erased?: string;
  readonly sources: readonly SourceExtract[];
}

export interface QualityCheckResult {
  readonly id: string;
  readonly check: string;
  readonly source: string;
  readonly severity: 'block' | 'warn';
  readonly rows: 'keep' | 'quarantine';
  readonly tested: number;
  readonly offending: number;
  readonly share: number;
  readonly maxShare: number;
  readonly passed: boolean;
  readonly message: string;
}

/** kind `quality.report` (JSON). */
export interface QualityReport {
  readonly checks: readonly QualityCheckResult[];
  readonly quarantined: readonly { readonly source: string; readonly rows: number }[];
  /** Dataset facts: rows, nulls per column, distinct, exact duplicates, numeric summaries. */
  readonly profile: Readonly<Record<string, unknown>>;
}

export interface CleaningStep {
  readonly rule: string;
  readonly policy: string;
  /** Rows the rule met, before its policy. */
  readonly matched: number;
  readonly removed: number;
  readonly changed: number;
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  /** Net value (quantity x price) before and after, decimal text. */
  readonly valueBefore: string;
  readonly valueAfter: string;
}

/** kind `clean.report` (JSON): the decision log. */
export interface CleanReport {
  readonly steps: readonly CleaningStep[];
  readonly rowsIn: number;
  readonly rowsOut: number;
  /** Distinct customers with a line left. */
  readonly customers: number;
  /** Rows of the source `customers`: in = out + removed. Null without that source. */
  readonly customerRows?: { readonly rowsIn: number; readonly rowsOut: number; readonly removed: readonly { readonly rule: string; readonly rows: number }[] } | null;
}
