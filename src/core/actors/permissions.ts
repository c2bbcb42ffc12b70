import type { Action, Role } from '../../contracts/actors';

/**
 * Who may do what; whatever is not here is refused. Who prepares a release does not release it, who releases it does not prepare it, who
 * looks on changes nothing.
 */
const PERMITTED: Readonly<Record<Action, readonly Role[]>> = {
  start: ['engineer', 'analyst'],
  backfill: ['engineer', 'analyst'],
  schedule: ['engineer'],
  pause: ['engineer'],
  cancel: ['engineer', 'analyst'],
  approve: ['approver'],
  reject: ['approver'],
  rollback: ['engineer', 'approver'],
  access: ['engineer', 'approver'],
  erase: ['approver'],
  gc: ['engineer'],
  hold: ['engineer', 'approver'],
  people: ['approver'],
};

export const mayDo = (role: Role, action: Action): boolean => PERMITTED[action].includes(role);

/** The roles that may, for messages. */
export const rolesFor = (action: Action): readonly Role[] => PERMITTED[action];
