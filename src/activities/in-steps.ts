/** Run to the end, giving way after each step: heartbeats go out, and a cancellation is seen. */
export async function inSteps<T>(
  steps: Generator<number, T, void>,
  signal: AbortSignal,
  onStep: (fraction: number) => void = () => undefined,
): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    onStep(step.value);
    await new Promise<void>((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
}
