import type { ChallengeReport, DriftReport } from '../../contracts/drift';
import type { FeaturesReport } from '../../contracts/features';
import type { ClusterModel, Preprocessing, StoredSolution } from '../../contracts/model';
import type { PersonaNotes } from '../../contracts/notes';
import type { MigrationRow, PersonasReport } from '../../contracts/personas';
import type { CleanReport, ExtractReport, QualityReport } from '../../contracts/reports';
import type { ScoringModel } from '../../contracts/run';
import type {
  HoldoutReport,
  IndependentCheck,
  PcaReport,
  PictureReport,
  SecondSample,
  SelectionReport,
} from '../../contracts/selection';
import type { ProjectConfig } from '../../config/project';
import type { CertaintyRow } from './certainty';
import type { OutlierColumn } from './outliers';

/** What identifies the run's work, without anything that differs between two runs of the same thing. */
export interface RunFacts {
  readonly project: string;
  readonly environment: string;
  readonly asOf: string;
  readonly knownAt: string | null;
  readonly projectKeyId: string;
  readonly configDigest: string;
  /** Version of the program; null where the caller does not know it. */
  readonly codeVersion: string | null;
  readonly seed: number;
  /** Where a model of before is applied: whose it is. */
  readonly scoring?: ScoringModel;
}

/** Everything the report is made of: the same inputs always give the same bytes. */
export interface ReportInputs {
  readonly config: Pick<
    ProjectConfig,
    | 'title'
    | 'project'
    | 'timeZone'
    | 'objective'
    | 'privacy'
    | 'modeling'
    | 'prepare'
    | 'features'
    | 'personas'
    | 'cleaning'
  >;
  readonly facts: RunFacts;
  readonly extract: ExtractReport;
  readonly quality: QualityReport;
  readonly clean: CleanReport;
  readonly features: FeaturesReport;
  readonly preprocessing: Preprocessing;
  readonly selection: SelectionReport<unknown>;
  readonly model: ClusterModel<StoredSolution>;
  readonly check: IndependentCheck;
  readonly second: SecondSample;
  /** Whether the personas last; null where it was not asked for. */
  readonly holdout: HoldoutReport | null;
  /** What moved since the current model was fitted; null or absent where it was not measured. */
  readonly drift?: DriftReport | null;
  /** Whether the new model took over; null or absent where there was no contest. */
  readonly challenge?: ChallengeReport | null;
  readonly pca: PcaReport;
  /** A map that bends, where one was made. */
  readonly picture: PictureReport | null;
  /** How sure the customers of each cluster are in it. */
  readonly certainty: readonly CertaintyRow[];
  readonly personas: PersonasReport;
  /** Who went where since the parent release; null where the release does not say. */
  readonly migration: readonly MigrationRow[] | null;
  /** Interview notes beside the personas; null where the project has none. */
  readonly notes: PersonaNotes | null;
  /** Pictures of the notes as base64, by SHA-256. */
  readonly pictures: ReadonlyMap<string, string>;
  /** Quantiles before and after winsorising, one entry per model column. */
  readonly outliers: readonly OutlierColumn[];
}
