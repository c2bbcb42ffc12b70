import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineError } from '../../contracts/errors';
import { addressOf, freePort, launch, logTail, preferredPort, terminate, uiPortOf, waitUntilReady } from './dev-server';
import { withFileLock } from './file-lock';
import { isAlive, type ProcessId } from '../processes';
import { resolveTemporalCli, type TemporalCli } from './resolve-cli';
import { ServerFiles } from './server-files';

const LOCK_MS = 90_000; // longer than the slowest start that is waited for
const WATCH_MS = 500;
const BACKOFF_MS = 500;
const BACKOFF_CAP_MS = 15_000;
const ATTEMPTS = 8;

export type ServerEvent =
  | { readonly type: 'started' | 'adopted'; readonly address: string; readonly pid: number }
  | { readonly type: 'restarted'; readonly address: string; readonly pid: number }
  | { readonly type: 'died'; readonly pid: number }
  | { readonly type: 'restart-failed'; readonly attempt: number; readonly reason: string; readonly final: boolean }
  | { readonly type: 'port-changed'; readonly from: number; readonly to: number }
  | { readonly type: 'cli-changed'; readonly from: string; readonly to: string }
  | { readonly type: 'stopped'; readonly pid: number }
  | { readonly type: 'left-running'; readonly pid: number; readonly users: number };

export interface EmbeddedServerOptions {
  /** `DRAMATIS_HOME`; the server's files live in its folder `temporal`. */
  readonly home: string;
  /** One line per event, for people. */
  readonly log?: (line: string) => void;
  readonly onEvent?: (event: ServerEvent) => void;
  /** Serve Temporal's web page too. An adopted server keeps what it was started with. */
  readonly ui?: boolean;
  readonly cli?: TemporalCli;
}

export interface EmbeddedServer {
  /** `host:port`; the same after a restart, unless another program took the port (event `port-changed`). */
  readonly address: string;
  /** Whether the server was running already. */
  readonly adopted: boolean;
  readonly pid: number;
  /** Temporal's web page, if served. */
  readonly uiAddress: string | undefined;
  /** Stops watching; stops the server too, unless another living process uses it. */
  stop(): Promise<void>;
}

/** One line for people. */
export function describeEvent(event: ServerEvent): string {
  switch (event.type) {
    case 'started':
    case 'adopted':
    case 'restarted':
      return `Temporal server ${event.type} at ${event.address} (process ${event.pid})`;
    case 'died':
      return `Temporal server (process ${event.pid}) died; starting it again`;
    case 'restart-failed':
      return `Temporal server could not be started again (attempt ${event.attempt}): ${event.reason}${event.final ? '; giving up' : ''}`;
    case 'port-changed':
      return `Temporal server moves from port ${event.from}, which another program took, to ${event.to}`;
    case 'cli-changed':
      return `Temporal CLI ${event.to} opens a database last used by ${event.from}`;
    case 'stopped':
      return `Temporal server (process ${event.pid}) stopped`;
    case 'left-running':
      return `Temporal server (process ${event.pid}) keeps running for ${event.users} other process(es)`;
  }
}

interface Running {
  readonly process: ProcessId;
  readonly port: number;
  readonly uiPort: number | null;
  readonly adopted: boolean;
}

/**
 * Makes sure that this home's Temporal server runs, and keeps it running until `stop`: a living one is adopted, else one is started on
 * the home's database file and port. If it dies it is started again, with growing pauses. Several processes may use one home: they take
 * turns by a lock file, each notes itself as a user, and the last to leave stops the server. Where its users were all killed, the server
 * stays, and the next start adopts it.
 * @throws PipelineError `TEMPORAL_UNREACHABLE` if there is no Temporal CLI or the server does not come up.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const supervisor = new Supervisor(options);
  await supervisor.start();
  return supervisor;
}

class Supervisor implements EmbeddedServer {
  private readonly files: ServerFiles;
  private readonly user = `${process.pid}-${randomUUID()}.json`;
  private readonly stopping = new AbortController();
  private running!: Running;
  private watching: Promise<void> = Promise.resolve();

  constructor(private readonly options: EmbeddedServerOptions) {
    this.files = new ServerFiles(options.home);
  }

  get address(): string {
    return addressOf(this.running.port);
  }
  get adopted(): boolean {
    return this.running.adopted;
  }
  get pid(): number {
    return this.running.process.pid;
  }
  get uiAddress(): string | undefined {
    return this.running.uiPort === null ? undefined : `http://${addressOf(this.running.uiPort)}`;
  }

  async start(): Promise<void> {
    await withFileLock(
      this.files.lock,
      async () => {
        this.files.join(this.user);
        try {
          this.running = await this.adoptOrLaunch();
        } catch (error) {
          this.files.leave(this.user);
          throw error;
        }
      },
      LOCK_MS,
    );
    this.emit({ type: this.adopted ? 'adopted' : 'started', address: this.address, pid: this.pid });
    this.watching = this.watch();
  }

  async stop(): Promise<void> {
    if (this.stopping.signal.aborted) return this.watching;
    this.stopping.abort();
    await this.watching;
    const stopped = withFileLock(this.files.lock, () => this.leave(), LOCK_MS);
    this.watching = stopped;
    return stopped;
  }

  private emit(event: ServerEvent): void {
    this.options.onEvent?.(event);
    this.options.log?.(describeEvent(event));
  }

  /** Only while holding the lock. */
  private async leave(): Promise<void> {
    const users = this.files.leave(this.user);
    if (users > 0) return this.emit({ type: 'left-running', pid: this.pid, users });
    const record = this.files.read();
    const server = record?.process ?? this.running.process;
    await terminate(server);
    if (record !== undefined) this.files.write({ ...record, process: null });
    this.emit({ type: 'stopped', pid: server.pid });
  }

  /** Only while holding the lock. */
  private async adoptOrLaunch(): Promise<Running> {
    const last = this.files.read();
    if (last?.process && isAlive(last.process)) {
      const { process: server, port, uiPort } = last;
      if (await waitUntilReady(server, addressOf(port), 15_000))
        return { process: server, port, uiPort, adopted: true };
      // Without its start time the process may be any other program.
      if (server.ticks === null && isAlive(server)) {
        const message = `process ${server.pid} should be the Temporal server at ${addressOf(port)} but does not answer: end it and try again`;
        throw new PipelineError('TEMPORAL_UNREACHABLE', message, { pid: server.pid });
      }
      await terminate(server);
    }
    return this.launchNew(last?.port, last?.cliVersion);
  }

  private async launchNew(lastPort: number | undefined, lastVersion: string | undefined): Promise<Running> {
    const cli = this.options.cli ?? (await resolveTemporalCli());
    const wanted = lastPort ?? preferredPort(this.files.folder);
    const port = await freePort(wanted);
    if (lastPort !== undefined && port !== lastPort) this.emit({ type: 'port-changed', from: lastPort, to: port });
    if (lastVersion !== undefined && lastVersion !== cli.version)
      this.emit({ type: 'cli-changed', from: lastVersion, to: cli.version });
    const uiPort = this.options.ui === true ? await freePort(uiPortOf(port)) : null;
    const server = await launch(cli, this.files, port, uiPort);
    this.files.write({ process: server, port, uiPort, startedAt: new Date().toISOString(), cliVersion: cli.version });
    if (await waitUntilReady(server, addressOf(port))) return { process: server, port, uiPort, adopted: false };
    await terminate(server);
    const message = `the Temporal server did not come up at ${addressOf(port)}; its log ${this.files.log} ends with: ${logTail(this.files)}`;
    throw new PipelineError('TEMPORAL_UNREACHABLE', message, { address: addressOf(port) });
  }

  /** Until `stop`: looks whether the server lives, and brings it back if not. Never keeps the process from ending. */
  private async watch(): Promise<void> {
    const { signal } = this.stopping;
    const pause = (ms: number): Promise<unknown> => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
    for (await pause(WATCH_MS); !signal.aborted; await pause(WATCH_MS)) {
      if (isAlive(this.running.process)) continue;
      this.emit({ type: 'died', pid: this.pid });
      if (!(await this.bringBack(pause))) return;
    }
  }

  private async bringBack(pause: (ms: number) => Promise<unknown>): Promise<boolean> {
    for (let attempt = 1; attempt <= ATTEMPTS && !this.stopping.signal.aborted; attempt += 1) {
      await pause(Math.min(BACKOFF_CAP_MS, BACKOFF_MS * 2 ** (attempt - 1)));
      if (this.stopping.signal.aborted) break;
      try {
        this.running = await withFileLock(this.files.lock, () => this.adoptOrLaunch(), LOCK_MS);
        this.emit({ type: 'restarted', address: this.address, pid: this.pid });
        return true;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.emit({ type: 'restart-failed', attempt, reason, final: attempt === ATTEMPTS });
      }
    }
    return false;
  }
}
