export { judgeChallenger, verdictText, type Challenge } from './challenge';
export { decideMode, type Champion } from './decide-mode';
export { driftOf, unreadable, type Day, type DriftInput, type MeasuredDrift } from './drift';
export { drifted, findingsOf } from './findings';
export { isFitOf } from './fit-of';
