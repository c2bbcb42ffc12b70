import { spawn } from 'node:child_process';

export interface Ended {
  readonly stdout: string;
  /** Seconds from before the start until it had ended. */
  readonly wallS: number;
}

export interface ChildOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutS?: number;
  onStart?(pid: number): void;
}

/** Run a program to its end. @throws Error with the end of what it wrote to stderr where it fails or takes too long (it is ended then). */
export function runChild(command: string, args: readonly string[], { env = {}, timeoutS = 3_600, onStart }: ChildOptions = {}): Promise<Ended> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    let late = false;
    // The client of a run cancels it and ends its worker on SIGTERM; what still lives after that has hung.
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 60_000).unref();
    }, 1_000 * timeoutS);
    child.stdout.on('data', (data: Buffer) => (stdout += String(data)));
    child.stderr.on('data', (data: Buffer) => (stderr = (stderr + String(data)).slice(-4_000)));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const wallS = (performance.now() - started) / 1_000;
      if (code === 0) return resolve({ stdout, wallS });
      reject(new Error(`${command} ${args.join(' ')}: ${late ? `not done after ${timeoutS} s` : `ended with ${signal ?? code}`}\n${stderr}\n${stdout.slice(-2_000)}`));
    });
    if (child.pid !== undefined) onStart?.(child.pid);
  });
}
