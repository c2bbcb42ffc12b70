/** What the pool sends to a thread. */
export type ToThread =
  | { readonly type: 'shared'; readonly map: number; readonly value: unknown }
  | {
      readonly type: 'task';
      readonly map: number;
      readonly index: number;
      readonly task: string;
      readonly payload: unknown;
    }
  | { readonly type: 'forget'; readonly map: number };

/** What a thread answers to a task. */
export type FromThread =
  | { readonly index: number; readonly ok: true; readonly value: unknown }
  | { readonly index: number; readonly ok: false; readonly error: ThreadError };

/** An error as it crosses the border of a thread: `code` only where it was a PipelineError. */
export interface ThreadError {
  readonly code?: string;
  readonly name: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}
