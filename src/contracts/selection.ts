import type { Algorithm, CandidateSpec } from './algorithms';
import type { DendrogramView } from './dendrogram';
import type { Solution } from './model';

export interface ClusterStability {
  /** Mean over the resamples of the Jaccard similarity with the best-matching cluster (Hennig 2007). */
  readonly jaccard: number;
  readonly dissolved: number;
  readonly recovered: number;
  readonly label: 'stable' | 'pattern' | 'not to be trusted';
}

/** What only a mixture has. All criteria on the scale where lower is better; mclust prints the negative of `bic` and `icl`. */
export interface MixtureFigures {
  readonly logLikelihood: number;
  /** Free parameters. */
  readonly df: number;
  readonly bic: number;
  readonly icl: number;
  readonly aic: number;
  readonly sabic: number;
  readonly caic: number;
  /** Relative entropy, 1 = every customer clearly in one component. */
  readonly entropy: number;
}

/** A start that ended in no proper solution. */
export interface RejectedStart {
  readonly logLikelihood: number | null;
  readonly reason: string;
}

export type GateName =
  | 'estimable'
  | 'replicated'
  | 'clusters'
  | 'minShare'
  | 'minCustomers'
  | 'maxShare'
  | 'maxNoise'
  | 'duplicateCentroids'
  | 'stability';

export interface Gate {
  readonly gate: GateName;
  readonly passed: boolean;
  readonly evidence: string;
}

/** Everything measured of one candidate, on the rows of the selection sample unless said otherwise. */
export interface MeasuredCandidate {
  readonly algorithm: Algorithm;
  /** Linkage, covariance model, or the parameters of a density; null for k-means. */
  readonly model: string | null;
  readonly spec: CandidateSpec;
  /** Clusters found: a density finds their number itself. */
  readonly k: number;
  /** Null where it has no meaning: no solution. Never compared across algorithms. */
  readonly inertia: number | null;
  /** Over assigned customers; null with `undefinedBecause` where it is not defined. */
  readonly silhouette: number | null;
  /** Standard error of the silhouette over the customers drawn. */
  readonly silhouetteError: number | null;
  /** Customers of the sample that it was measured on, and the standard error of that draw alone; absent where it was measured on all of them. */
  readonly silhouetteDraw?: { readonly rows: number; readonly error: number };
  readonly calinskiHarabasz: number | null;
  readonly daviesBouldin: number | null;
  readonly undefinedBecause: 'K_IS_ONE' | 'NO_CLUSTER' | 'NO_SOLUTION' | null;
  /** Gap statistic with its standard error; null where it was not asked for. */
  readonly gap: { readonly value: number; readonly error: number } | null;
  readonly predictionStrength: number | null;
  readonly mixture: MixtureFigures | null;
  readonly rejectedStarts: readonly RejectedStart[];
  /** Customers per cluster, of all customers: each assigned by the solution found on the sample. */
  readonly sizes: readonly number[];
  readonly shares: readonly number[];
  /** Share of all customers that belong to no cluster. */
  readonly unassigned: number;
  /** Null where the candidate was not resampled; `why` says so. */
  readonly meanJaccard: number | null;
  readonly stability: readonly ClusterStability[];
  readonly withinLimits: boolean;
  readonly gates: readonly Gate[];
  readonly restarts: number;
  /** How many restarts reached the best solution within 1e-6 relative. */
  readonly replicated: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** k x d, cluster means in canonical order (size in the sample, descending). */
  readonly centroids: readonly (readonly number[])[];
}

export interface Candidate extends MeasuredCandidate {
  /** `finalist`: the best of its algorithm, beaten by another algorithm's. */
  readonly status: 'chosen' | 'finalist' | 'lost' | 'rejected' | 'information';
  /** One sentence for people. */
  readonly why: string;
}

/** One bootstrap likelihood ratio test: `k` against `against` = k + 1 components. */
export interface BlrtTest {
  readonly k: number;
  readonly against: number;
  /** Twice the gain in log-likelihood; null with a `reason`. */
  readonly statistic: number | null;
  /** Null with a `reason`. */
  readonly p: number | null;
  /** Draws that p rests on. */
  readonly draws: number;
  readonly reason: string | null;
  /** Draws that were asked for, and the least and largest p they could have ended with; only where the budget ended them. */
  readonly planned?: number;
  readonly bounds?: readonly [number, number];
}

/** The best mixture tested against one component less and one more, of its covariance model, on the selection sample. */
export interface BlrtReport {
  readonly model: string;
  readonly tests: readonly BlrtTest[];
}

/** kind `selection.contender` (JSON, with a `StoredSolution`): what one algorithm has to offer. */
export interface Contender<S = Solution> {
  readonly algorithm: Algorithm;
  /** The rule that chose among its candidates, in words. */
  readonly rule: string;
  /** Its best candidate has the status `finalist`. */
  readonly candidates: readonly Candidate[];
  readonly finalist: {
    /** Index among `candidates`. */
    readonly candidate: number;
    /** False where what was taken has a mean Jaccard below `stability.accept`. */
    readonly reproduced: boolean;
    /** Adjusted Rand index on the customers left out, per resample. */
    readonly outOfBag: readonly number[];
    /** The same on column-permuted data with the same specification. */
    readonly permuted: readonly number[];
    readonly solution: S;
  } | null;
  /** Why there is no finalist. */
  readonly none: string | null;
  readonly evidence: readonly CriterionChoice[];
  /** Of hierarchical clustering: the top of its tree, cut at the finalist, whose clusters its branches name. */
  readonly dendrogram?: DendrogramView | null;
  /** Of mixtures; null where it was not run. */
  readonly blrt?: BlrtReport | null;
  readonly sample: SelectionSample;
  readonly warnings: readonly string[];
}

/** What one criterion alone would have taken. */
export interface CriterionChoice {
  readonly criterion: string;
  readonly algorithm: Algorithm;
  readonly k: number | null;
  readonly agrees: boolean;
  readonly note: string;
}

export interface SelectionSample {
  /** All customers. */
  readonly customers: number;
  /** Customers in the sample that candidates are fitted to and compared on. */
  readonly rows: number;
  /** 0: none were drawn, and nothing is known of whether the clusters come back. */
  readonly resamples: number;
}

/** One algorithm's best, compared with the best of the others. */
export interface Finalist {
  readonly algorithm: Algorithm;
  readonly model: string | null;
  readonly k: number;
  /** Mean adjusted Rand index on customers left out of the resamples; null where none were drawn. */
  readonly outOfBag: number | null;
  /** Its mean on column-permuted data: what structure of the algorithm's own making is worth. */
  readonly permuted: number | null;
  /** `outOfBag − permuted`: what decides. */
  readonly score: number | null;
  /** Difference to the best score, and its paired standard error over the resamples; 0 for the best itself. */
  readonly behind: number;
  readonly error: number;
  /** Share of customers assigned to a cluster. */
  readonly assigned: number;
  readonly outcome: 'chosen' | 'tie' | 'lost';
  readonly why: string;
}

/** A finalist that was compared on resamples. */
export type Compared = Finalist & { readonly outOfBag: number; readonly permuted: number; readonly score: number };

export const isCompared = (finalist: Finalist): finalist is Compared => finalist.score !== null;

/** kind `selection.report` (JSON, with a `StoredSolution`). */
export interface SelectionReport<S = Solution> {
  /** The rules in words: within an algorithm (one text each), and between them. */
  readonly rule: string;
  readonly between: string;
  readonly limits: { readonly min: number; readonly max: number };
  readonly range: { readonly min: number; readonly max: number };
  readonly candidates: readonly Candidate[];
  readonly finalists: readonly Finalist[];
  /** Algorithms without an acceptable candidate, and why. */
  readonly withoutFinalist: readonly { readonly algorithm: Algorithm; readonly why: string }[];
  readonly chosen: { readonly algorithm: Algorithm; readonly model: string | null; readonly k: number; readonly spec: CandidateSpec; readonly solution: S };
  /** One sentence on why this many. */
  readonly why: string;
  readonly evidence: readonly CriterionChoice[];
  /** The top of the tree of hierarchical clustering where that took part; its clusters are those of its best candidate. */
  readonly dendrogram?: DendrogramView | null;
  /** Of the best mixture; null where it was not run. */
  readonly blrt?: BlrtReport | null;
  readonly warnings: readonly string[];
  readonly sample: SelectionSample;
}

/** kind `clustering.check` (JSON): a second implementation's word for the published solution (ml-kmeans). */
export interface IndependentCheck {
  readonly implementation: string;
  /** What was checked: the published k-means solution, or the best k-means solution where another algorithm won. */
  readonly of: string;
  readonly rows: number;
  readonly disagreements: number;
  readonly ties: number;
  /** Of all clusters and columns the move nearest to its bound, and that bound; both in standard deviations of the column. */
  readonly largestMove: number;
  readonly allowedMove: number;
  /** Its means against ours, of the same rows: the largest difference. */
  readonly stepDifference: number;
  /** A published centroid against our mean of all its customers, in standard deviations of the column: the largest distance. */
  readonly ownMove: number;
  readonly passed: boolean;
}

/** kind `clustering.second` (JSON): the choice looked at again on customers that had no part in it. */
export interface SecondSample {
  /** 0 where all customers were in the selection sample. */
  readonly rows: number;
  /** Clusters that the same specification finds there; null where it finds no solution. */
  readonly k: number | null;
  /** Adjusted Rand index of the published model's assignment with the solution found there; null without one. */
  readonly adjustedRand: number | null;
  /** Best-match Jaccard of each published cluster there. */
  readonly jaccards: readonly number[];
  /** One sentence for people. */
  readonly finding: string;
}

/** One group of the earlier window's model, and what became of its customers in the later window. */
export interface HoldoutPersona {
  /** Published cluster that has most of its customers of the later window, matched one to one; null where none is left. */
  readonly cluster: number | null;
  /** Jaccard similarity with that cluster, in [0, 1]. */
  readonly overlap: number;
  /** Customers that have it in the earlier window, in the later one, and in both. */
  readonly earlier: number;
  readonly later: number;
  readonly stayed: number;
  /** Customers that have it earlier and none later, and the other way round. */
  readonly left: number;
  readonly joined: number;
  /** Customers that have it earlier, by the group they have later. */
  readonly movedTo: readonly number[];
  /** stayed / (have it in either window), over the customers in a group in both; null where nobody has it. */
  readonly jaccard: number | null;
  readonly label: ClusterStability['label'] | null;
  /** Jaccard similarity with its counterpart where the later window is clustered anew; null where that finds no solution. */
  readonly foundAgain: number | null;
  /** Of each column: later mean − earlier mean, in pooled standard deviations; null where that is not defined. */
  readonly shifts: readonly (number | null)[];
}

export interface HoldoutComparison {
  /** Model columns that vary in the earlier window. */
  readonly columns: readonly string[];
  /** Customers in a group in both windows, and those of them in the same one. */
  readonly customers: number;
  readonly stayed: number;
  /** Agreement of the two windows beyond chance, over the same customers. */
  readonly adjustedRand: number | null;
  /** The groups of the earlier window's model, largest in its sample first. */
  readonly personas: readonly HoldoutPersona[];
  /** The later window clustered anew by the same specification against the earlier model's labels of it; null without a solution. */
  readonly anew: { readonly k: number; readonly adjustedRand: number; readonly predictionStrength: number | null } | null;
}

export interface HoldoutWindow {
  /** Both days included. */
  readonly first: string;
  readonly last: string;
  /** Customers with a sale in it, and those of them the model was fitted to; null where it was not looked at. */
  readonly customers: number | null;
  readonly fitted: number | null;
}

/** kind `clustering.holdout` (JSON): the chosen specification fitted to an earlier window and looked at in a later one of equal length. */
export interface HoldoutReport {
  /** Length of either window. */
  readonly days: number | null;
  /** Earlier, later; null where the history does not hold two. */
  readonly windows: readonly [HoldoutWindow, HoldoutWindow] | null;
  readonly comparison: HoldoutComparison | null;
  /** Why nothing was compared. */
  readonly reason: string | null;
}

/** kind `clustering.pca` (JSON). */
export interface PcaReport {
  readonly columns: readonly string[];
  readonly eigenvalues: readonly number[];
  readonly explained: readonly number[];
  /** components[i] is the loading vector of component i; the largest loading is positive. */
  readonly components: readonly (readonly number[])[];
  /** A bottom-k sample for the scatter: [pc1, pc2, cluster], −1 for a customer that belongs to no cluster. */
  readonly scatter: readonly (readonly [number, number, number])[];
}

/** kind `clustering.picture` (JSON): the customers on a map that bends; for the eye only, nothing is decided on it. */
export interface PictureReport {
  /** For people: "UMAP, 15 neighbours". */
  readonly method: string;
  /** Share of neighbourhoods the map keeps, 0 to 1, and of how many neighbours; null where it was not measured. */
  readonly trustworthiness: { readonly value: number; readonly neighbours: number } | null;
  /** A bottom-k sample: [x, y, cluster], −1 for none. */
  readonly scatter: readonly (readonly [number, number, number])[];
}
