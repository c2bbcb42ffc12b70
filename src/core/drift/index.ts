export { judgeChallenger, verdictText, type Challenge } from './challenge';
export { decideMode, type Champion, type ModeChoice } from './decide-mode';
export { driftOf, type DriftInput } from './drift';
export { drifted, findingsOf } from './findings';
