import type { ProjectConfig } from '../../config/project';
import type { GateConfig } from '../../config/gate';

export { objectionTo, type DecisionContext } from './check-decision';
export { decideGate, type Cast, type GateDecision, type GateFacts } from './decide';
export { driftOf, type FeatureDrift } from './drift';

/** Projects stored before there was a gate have none. */
const OFF: GateConfig = { enabled: false, sizeJump: 0.3, drift: 0.25, warnings: 0, births: 0, deaths: 0, timeoutHours: 72 };

export const gateOf = (config: Omit<ProjectConfig, 'gate'> & { readonly gate?: GateConfig }): GateConfig => config.gate ?? OFF;
