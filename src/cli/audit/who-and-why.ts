import type { Command } from 'commander';
import { defaultActor } from '../options';

/** Who acts and why, as every entry of the ledger says it. */
export interface WhoAndWhy {
  readonly actor?: string;
  readonly reason?: string;
}

export const addWhoAndWhy = (command: Command): Command =>
  command.option('--actor <name>', 'who acts (default: the operating-system user)').option('--reason <text>', 'why, for the ledger');

export const whoAndWhy = ({ actor, reason }: WhoAndWhy, otherwise: string) => ({
  actor: actor ?? defaultActor(),
  reason: reason ?? otherwise,
  at: new Date().toISOString(),
});
