import { defaultPayloadConverter } from '@temporalio/common';
import type { Client, WorkflowHandle } from '@temporalio/client';
import pc from 'picocolors';
import type { RefreshSummary, RunProgress, StageProgress } from '../contracts/run';
import { count, duration } from './output';

interface Pending {
  readonly stage: string;
  readonly attempt: number;
  readonly fraction: number | null;
  readonly note: string | null;
}

const POLL_MS = 200;

/** Live progress of a run on stderr: redrawn in a terminal, one line per finished stage elsewhere. */
export class Watch {
  private readonly started = Date.now();
  private readonly printed = new Set<string>();
  private readonly since = new Map<string, number>();
  private drawn = 0;
  private timer: NodeJS.Timeout | undefined;
  private busy: Promise<void> = Promise.resolve();

  constructor(
    private readonly client: Client,
    private readonly handle: WorkflowHandle,
    private readonly tty = process.stderr.isTTY === true,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.busy = this.busy.then(() => this.poll().catch(() => undefined));
    }, POLL_MS);
  }

  /** Stop polling and draw the final state. */
  async finish(summary: RefreshSummary | null): Promise<void> {
    clearInterval(this.timer);
    await this.busy;
    if (!summary) return void (await this.poll().catch(() => undefined));
    const stages = summary.stages.map((result): StageProgress => ({ stage: result.stage, status: 'done', result }));
    this.draw(stages, []);
  }

  private async poll(): Promise<void> {
    const progress = await this.handle.query<RunProgress>('progress');
    this.draw(progress.stages, await this.pending());
  }

  private async pending(): Promise<Pending[]> {
    const { raw } = await this.client.workflow.getHandle(this.handle.workflowId).describe();
    return (raw.pendingActivities ?? []).map((activity) => {
      const payload = activity.heartbeatDetails?.payloads?.[0];
      const beat = payload ? defaultPayloadConverter.fromPayload<{ fraction?: number; note?: string }>(payload) : {};
      return {
        stage: activity.activityType?.name ?? '',
        attempt: activity.attempt ?? 1,
        fraction: beat.fraction ?? null,
        note: beat.note ?? null,
      };
    });
  }

  private draw(stages: readonly StageProgress[], pending: readonly Pending[]): void {
    if (!this.tty) return this.print(stages);
    const lines = stages.filter(({ status }) => status !== 'waiting').map((stage) => this.line(stage, pending));
    if (this.drawn > 0) process.stderr.write(`\u001b[${this.drawn}A\u001b[J`);
    process.stderr.write(lines.map((line) => `${line}\n`).join(''));
    this.drawn = lines.length;
  }

  private print(stages: readonly StageProgress[]): void {
    for (const stage of stages) {
      if (stage.status !== 'done' || !stage.result || this.printed.has(stage.stage)) continue;
      this.printed.add(stage.stage);
      process.stderr.write(`${this.line(stage, [])}\n`);
    }
  }

  private line({ stage, status, result }: StageProgress, pending: readonly Pending[]): string {
    const name = stage.padEnd(11);
    if (result) {
      const { reused, ms, attempt } = result.observed;
      const rows = result.rowsOut === null ? '' : count(result.rowsOut);
      const retries = attempt > 1 ? pc.yellow(`  ${attempt - 1} ${attempt === 2 ? 'retry' : 'retries'}`) : '';
      const took = reused ? pc.dim('reused'.padStart(8)) : duration(ms).padStart(8);
      const warned = result.warnings.map((warning) => `\n  ${pc.yellow('!')} ${warning}`).join('');
      return `  ${pc.green('✓')} ${name} ${rows.padStart(9)} ${took}  ${result.summary}${retries}${warned}`;
    }
    if (status === 'failed') return `  ${pc.red('✗')} ${name}`;
    if (status === 'done') return `  ${pc.green('✓')} ${name}`;
    const now = pending.find((p) => p.stage === stage || (stage === 'publish' && p.stage === 'publishRelease'));
    if (!this.since.has(stage)) this.since.set(stage, Date.now());
    const elapsed = duration(Date.now() - (this.since.get(stage) ?? this.started));
    const fraction = now?.fraction ? ` ${Math.floor(now.fraction * 100)} %` : '';
    const retries = now && now.attempt > 1 ? pc.yellow(`  attempt ${now.attempt}`) : '';
    return `  ${pc.cyan('›')} ${name} ${''.padStart(9)} ${elapsed.padStart(8)} ${fraction}${now?.note ? ` ${now.note}` : ''}${retries}`;
  }
}
