import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export interface HeldServer {
  readonly pid: number;
  stop(): Promise<void>;
}

/** The embedded server of a store, up and with its namespace, and no worker: what a measured run finds. It ends with this process too. */
export function holdServer(home: string): Promise<HeldServer> {
  const holder = spawn(process.execPath, [resolve('bench/server.js'), home], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = new Promise<void>((ended) => holder.once('exit', () => ended()));
  const stop = async (): Promise<void> => {
    holder.stdin.end();
    await gone;
  };
  return new Promise((ready, failed) => {
    holder.stdout.once('data', (data: Buffer) => ready({ pid: Number(String(data)), stop }));
    holder.once('exit', (code) => failed(new Error(`the embedded server of ${home} did not come up (${code})`)));
  });
}
