import type { Command } from 'commander';
import pc from 'picocolors';
import {
  applySchedule,
  describeSchedule,
  listSchedules,
  pauseSchedule,
  removeSchedule,
  resumeSchedule,
  triggerSchedule,
  type ScheduleView,
} from '../../adapters/temporal/schedules';
import { configDigest } from '../../core/audit';
import { permit } from '../../core/actors';
import { defaultActor, globalsOf, type GlobalOptions } from '../options';
import { json, out } from '../output';
import { daysWithout, nightlyRequestOf, scheduleOf } from '../schedule';
import { openSession, type Session } from '../session';
import { openWorkspace, type Workspace } from '../workspace';

interface Who {
  readonly actor?: string;
  readonly reason: string;
}

/** What a change of the schedule does, and what the ledger calls it. */
interface Change {
  readonly type: string;
  act(session: Session, workspace: Workspace, who: Who): Promise<Readonly<Record<string, unknown>>>;
}

/** Do it, write down who did it and why, and show the schedule as it is then. */
async function change(options: GlobalOptions, { actor = defaultActor(), reason }: Who, { type, act }: Change): Promise<void> {
  const workspace = await openWorkspace(options);
  const { store } = workspace;
  const action = type === 'schedule.paused' || type === 'schedule.resumed' ? 'pause' : 'schedule';
  await permit(store.ledger, { action, actor, reason, subject: scheduleOf(workspace), at: new Date().toISOString() });
  const session = await openSession({ home: store.home, worker: false, quiet: options.json === true });
  try {
    const id = scheduleOf(workspace);
    const body = await act(session, workspace, { actor, reason });
    await store.ledger.append({ type, actor, reason, at: new Date().toISOString(), subject: id, body });
    const view = type === 'schedule.removed' ? null : await describeSchedule(session.client, id);
    if (options.json) return json(view === null ? { id, removed: true } : await documentOf(workspace, view));
    if (view === null) return out(`removed ${id}`);
    out(await textOf(workspace, view));
  } finally {
    await session.close();
  }
}

async function documentOf({ resolved, store }: Workspace, view: ScheduleView) {
  const { project, environment } = resolved.config;
  return {
    ...view,
    configIsOfNow: view.configDigest === configDigest(resolved),
    daysWithout: daysWithout(await store.runs.list(), project, environment, view.spec),
  };
}

const MANY = 8;

async function textOf(workspace: Workspace, view: ScheduleView): Promise<string> {
  const { configIsOfNow, daysWithout: days, spec } = await documentOf(workspace, view);
  const when = spec.cron === null ? `every ${spec.interval}` : `"${spec.cron}" in ${spec.timeZone}`;
  const spread = spec.jitter === '0s' ? '' : `, spread over ${spec.jitter}`;
  const lines = [
    `${pc.bold(view.id)}  ${when}${spread}${view.paused ? pc.yellow('  paused') : ''}${view.note ? `  (${view.note})` : ''}`,
    `  as of     ${spec.asOfOffset === 1 ? 'the last complete day' : `${spec.asOfOffset} days before the day of the run`} in ${spec.timeZone}, mode ${view.mode}`,
    `  overlap   ${spec.overlap}; nights missed are caught up for ${spec.catchUp}`,
    `  next      ${view.paused ? 'none while it is paused' : view.next.join(', ')}`,
    `  so far    ${view.taken} started, ${view.running} running, ${view.missedCatchUp} missed beyond the catch-up window, ${view.skippedOverlap} skipped by overlap`,
    ...view.recent.slice(-3).map(({ nominal, startedAt }) => `            ${nominal}, started ${startedAt}`),
  ];
  if (days.length > 0) {
    const some = days.length > MANY ? `${days.slice(0, MANY).join(', ')} and ${days.length - MANY} more` : days.join(', ');
    lines.push(pc.yellow(`  without   a release: ${some}; dramatis backfill --from ${days[0]} --to ${days.at(-1)} --reason … fills them in`));
  }
  if (!configIsOfNow) lines.push(pc.yellow('  config    dramatis.yaml has changed since: "dramatis schedule apply" puts it into force'));
  return lines.join('\n');
}

const APPLY: Change = {
  type: 'schedule.applied',
  async act({ client }, workspace, who) {
    const request = await nightlyRequestOf(workspace, who, Date.now());
    const done = await applySchedule(client, request);
    const { spec, refresh } = request;
    return { done, spec, configDigest: refresh.configDigest, mode: refresh.mode };
  },
};

const simple = (type: string, act: (session: Session, id: string, reason: string) => Promise<void>): Change => ({
  type,
  async act(session, workspace, { reason }) {
    await act(session, scheduleOf(workspace), reason);
    return {};
  },
});

const CHANGES: Readonly<Record<string, { readonly says: string; readonly change: Change }>> = {
  apply: { says: 'put the section schedule of dramatis.yaml into force, with the config of now', change: APPLY },
  pause: {
    says: 'start no more nights until it is resumed; what runs goes on',
    change: simple('schedule.paused', ({ client }, id, reason) => pauseSchedule(client, id, reason)),
  },
  resume: {
    says: 'go on; nights missed while it was paused are not caught up',
    change: simple('schedule.resumed', ({ client }, id, reason) => resumeSchedule(client, id, reason)),
  },
  trigger: {
    says: 'start a night now, as of the last complete day',
    change: simple('schedule.triggered', ({ client }, id) => triggerSchedule(client, id)),
  },
  remove: { says: 'take it away; runs and releases stay', change: simple('schedule.removed', ({ client }, id) => removeSchedule(client, id)) },
};

export const registerSchedule = (program: Command): void => {
  const schedule = program
    .command('schedule')
    .description('runs that start by themselves: apply, list, pause, resume, trigger, remove')
    .addHelpText(
      'after',
      '\nExamples:\n  dramatis schedule apply --reason "go live"\n  dramatis schedule list --json\n  dramatis schedule pause --reason "warehouse is moving"',
    );
  for (const [name, { says, change: what }] of Object.entries(CHANGES)) {
    schedule
      .command(name)
      .description(says)
      .option('--actor <name>', 'who acts (default: the operating-system user)')
      .requiredOption('--reason <text>', 'why, for the ledger')
      .addHelpText('after', `\nExamples:\n  dramatis schedule ${name} --reason "as agreed"`)
      .action((who: Who, command: Command) => change(globalsOf(command), who, what));
  }
  schedule
    .command('list')
    .description('the schedules of this Temporal: next runs, recent ones, missed and skipped ones')
    .addHelpText('after', '\nExamples:\n  dramatis schedule list\n  dramatis schedule list --json | jq ".[].next"')
    .action((_: unknown, command: Command) => list(globalsOf(command)));
};

async function list(options: GlobalOptions): Promise<void> {
  const workspace = await openWorkspace(options);
  const session = await openSession({ home: workspace.store.home, worker: false, quiet: options.json === true });
  try {
    const views = await listSchedules(session.client);
    if (options.json)
      return json(await Promise.all(views.map(async (view) => (view.id === scheduleOf(workspace) ? documentOf(workspace, view) : view))));
    if (views.length === 0) return out('no schedules; "dramatis schedule apply" makes one from dramatis.yaml');
    for (const view of views)
      out(
        view.id === scheduleOf(workspace)
          ? await textOf(workspace, view)
          : `${pc.bold(view.id)}  of another project; next ${view.next[0] ?? 'never'}`,
      );
  } finally {
    await session.close();
  }
}
