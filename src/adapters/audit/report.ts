/** One thing that is wrong, and with what. */
export interface AuditProblem {
  /** `ledger entry 12`, `release 3 of shop/prod`, `run shop-prod-2024-01-31-1`, `manifest of run …`, `object 3fa9…`. */
  readonly object: string;
  /** What is wrong with it: a part of a sentence that begins with the object. */
  readonly problem: string;
}

export interface AuditCounts {
  readonly entries: number;
  readonly releases: number;
  readonly runs: number;
  readonly manifests: number;
  readonly envelopes: number;
  readonly histories: number;
  /** Objects whose bytes were hashed, each once. */
  readonly objects: number;
  readonly bytes: number;
}

/** Up to where the ledger is proven by something that its holder cannot change. */
export interface Outside {
  /** Entries covered by the checkpoint that was given; null where none was. */
  readonly provenUpTo: number | null;
  /** The newest checkpoint that the ledger says was taken: what to ask for. */
  readonly lastTaken: { readonly size: number; readonly at: string; readonly actor: string } | null;
}

export interface AuditReport {
  readonly ok: boolean;
  readonly problems: readonly AuditProblem[];
  /** What is no fault but should be known. */
  readonly notes: readonly string[];
  readonly checked: AuditCounts;
  readonly ledger: { readonly origin: string | null; readonly size: number; /** Hex. */ readonly root: string; readonly verifier: string | null };
  readonly outside: Outside;
}

/** What the parts of an audit find is collected here. */
export class Findings {
  readonly problems: AuditProblem[] = [];
  readonly notes: string[] = [];
  readonly counts: { -readonly [name in keyof AuditCounts]: number } = {
    entries: 0,
    releases: 0,
    runs: 0,
    manifests: 0,
    envelopes: 0,
    histories: 0,
    objects: 0,
    bytes: 0,
  };

  wrong(object: string, problem: string): void {
    this.problems.push({ object, problem });
  }

  /** @returns whether it holds. */
  expect(holds: boolean, object: string, problem: string): boolean {
    if (!holds) this.wrong(object, problem);
    return holds;
  }
}
