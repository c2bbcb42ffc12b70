import type { ReleaseCommit } from '../../contracts/manifest';
import type { ScoringModel } from '../../contracts/run';

/**
 * Whether a release is the one whose run fitted the model that another was scored with. What that model was fitted to, and drift is measured
 * against, is among its artifacts.
 */
export const isFitOf = ({ sha256, fittedAsOf }: Pick<ScoringModel, 'sha256' | 'fittedAsOf'>, { asOf, artifacts }: Pick<ReleaseCommit, 'asOf' | 'artifacts'>): boolean =>
  asOf === fittedAsOf && artifacts['clustering.model']?.sha256 === sha256;
