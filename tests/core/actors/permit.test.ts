import { ACTIONS, ROLES, type Action, type Role } from '../../../src/contracts/actors';
import { createLedger } from '../../../src/adapters/ledger';
import { mayDo, permit } from '../../../src/core/actors';
import { freshHome } from '../../support/home';
import { changeEntry, people } from '../../support/actors';

const NOW = '2024-06-01T00:00:00.000Z';
const request = (actor: string, action: Action) => ({ actor, action, reason: 'because', subject: 'shop-prod-2024-05-31-1', at: NOW });

// The whole table, written down a second time on purpose.
const ALLOWED: Readonly<Record<Role, readonly Action[]>> = {
  engineer: ['start', 'backfill', 'schedule', 'pause', 'cancel', 'rollback', 'access', 'gc', 'hold'],
  analyst: ['start', 'backfill', 'cancel'],
  approver: ['approve', 'reject', 'rollback', 'access', 'erase', 'hold', 'people'],
  auditor: [],
};

it('allows every role what the table says, and nothing else', () => {
  for (const role of ROLES) expect([role, ACTIONS.filter((action) => mayDo(role, action))]).toEqual([role, ALLOWED[role]]);
  for (const role of ROLES) expect(mayDo(role, 'start') && mayDo(role, 'approve')).toBe(false);
});

it('allows everything in a store without actors', async () => {
  const ledger = createLedger(freshHome());
  for (const action of ACTIONS) await permit(ledger, request('anybody', action));
  expect(await ledger.read()).toEqual([]);
});

it.each([
  ['nobody', 'start', 'ACTOR_UNKNOWN'],
  ['aud', 'start', 'ACTOR_FORBIDDEN'],
  ['ada', 'start', 'ACTOR_FORBIDDEN'],
  ['ann', 'schedule', 'ACTOR_FORBIDDEN'],
  ['eve', 'approve', 'ACTOR_FORBIDDEN'],
] as const)('refuses %s to %s, with a way out, and keeps the attempt in the ledger', async (actor, action, code) => {
  const ledger = createLedger(freshHome());
  await people(ledger);
  await expect(permit(ledger, request(actor, action))).rejects.toMatchObject({ code, message: expect.stringContaining('dramatis actor add') });
  expect((await ledger.read()).at(-1)).toMatchObject({
    type: 'action.refused',
    actor,
    reason: 'because',
    subject: 'shop-prod-2024-05-31-1',
    body: { action, code },
  });
});

it('refuses who was revoked, from that moment on', async () => {
  const ledger = createLedger(freshHome());
  const { ada } = await people(ledger);
  await ledger.append(changeEntry({ purpose: 'dramatis/actor/1', change: 'revoked', name: 'eve', at: NOW, reason: 'left' }, ada));
  await permit(ledger, { ...request('eve', 'start'), at: '2024-05-31T23:59:59.999Z' });
  await expect(permit(ledger, request('eve', 'start'))).rejects.toMatchObject({ code: 'ACTOR_KEY_INVALID' });
});

it('writes a refusal that an activity meets again once', async () => {
  const ledger = createLedger(freshHome());
  await people(ledger);
  const before = (await ledger.read()).length;
  for (const at of [NOW, '2024-06-01T00:00:01.000Z'])
    await expect(permit(ledger, { ...request('aud', 'start'), at, occasion: 't1' })).rejects.toThrow();
  expect((await ledger.read()).length).toBe(before + 1);
});
