/** Actions on the same thing one after the other, on different things side by side. */
export class Queues {
  private readonly last = new Map<string, Promise<unknown>>();

  run<T>(name: string, action: () => Promise<T>): Promise<T> {
    const result = (this.last.get(name) ?? Promise.resolve()).then(action);
    const settled = result
      .catch(() => undefined)
      .then(() => {
        if (this.last.get(name) === settled) this.last.delete(name);
      });
    this.last.set(name, settled);
    return result;
  }
}
