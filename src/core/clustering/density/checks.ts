import { PipelineError } from '../../../contracts/errors';
import { requireFinite } from '../../linalg/checks';
import { asValues, type Points } from '../points';

/** `CONFIG_INVALID` unless the parameter is an integer of at least `least`. */
export function requireCount(name: string, value: number, least: number): void {
  if (!(Number.isInteger(value) && value >= least))
    throw new PipelineError('CONFIG_INVALID', `${name} must be an integer of at least ${least}, got ${value}`, {
      value,
    });
}

/** `NOT_FINITE` where a value of the rows is. O(nd). */
export const requireFinitePoints = (points: Points): void => requireFinite({ ...asValues(points), names: [] });
