/** One line on stderr that is redrawn, in a terminal only. */
export interface Progress {
  show(fraction: number, note: string): void;
  /** Take the line away. */
  clear(): void;
}

const CLEAR = '\r\u001b[K';

export function createProgress(enabled: boolean): Progress {
  let last = '';
  const draw = (line: string): void => {
    if (!enabled || line === last) return;
    last = line;
    process.stderr.write(`${CLEAR}${line}`);
  };
  return {
    show: (fraction, note) => draw(`  ${Math.floor(fraction * 100)} %  ${note}`),
    clear: () => {
      if (last !== '') draw('');
    },
  };
}
