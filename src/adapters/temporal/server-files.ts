import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isAlive, processId, type ProcessId } from '../processes';

/** What is known of the embedded server of one home; outlives the server, so that the next one gets the same port. */
export interface ServerRecord {
  /** Null while none runs. */
  readonly process: ProcessId | null;
  readonly port: number;
  /** Port of Temporal's web page; null if the server was started without it. */
  readonly uiPort: number | null;
  readonly startedAt: string;
  readonly cliVersion: string;
}

/** The files of the embedded server below `<home>/temporal`. */
export class ServerFiles {
  readonly folder: string;
  readonly database: string;
  readonly log: string;
  readonly lock: string;
  private readonly record: string;
  private readonly users: string;

  constructor(home: string) {
    this.folder = join(resolve(home), 'temporal');
    this.database = join(this.folder, 'dev.db');
    this.log = join(this.folder, 'server.log');
    this.lock = join(this.folder, 'server.lock');
    this.record = join(this.folder, 'server.json');
    this.users = join(this.folder, 'users');
    mkdirSync(this.users, { recursive: true });
  }

  /** Undefined if there never was a server here, or if its record is damaged. */
  read(): ServerRecord | undefined {
    try {
      return JSON.parse(readFileSync(this.record, 'utf8')) as ServerRecord;
    } catch {
      return undefined;
    }
  }

  write(record: ServerRecord): void {
    const temporary = `${this.record}.${process.pid}`;
    writeFileSync(temporary, `${JSON.stringify(record, null, 2)}\n`);
    renameSync(temporary, this.record);
  }

  /** Notes that this process uses the server. */
  join(user: string): void {
    writeFileSync(join(this.users, user), JSON.stringify(processId(process.pid)));
  }

  /** @returns How many living users are left. Notes of dead ones are removed. */
  leave(user: string): number {
    rmSync(join(this.users, user), { force: true });
    const left = readdirSync(this.users).filter((name) => this.isUsed(name));
    return left.length;
  }

  private isUsed(name: string): boolean {
    try {
      if (isAlive(JSON.parse(readFileSync(join(this.users, name), 'utf8')) as ProcessId)) return true;
    } catch {
      // removed by its owner, or written by one that died while writing
    }
    rmSync(join(this.users, name), { force: true });
    return false;
  }
}
