import { PipelineError } from '../../contracts/errors';
import type { StageResult } from '../../contracts/run';
import { canonicalJson } from '../../core/audit';
import type { ArtifactStore, StageIndex } from '../../core/ports';
import { shelfAt, type Place, type Shelf } from '../shelf';

const FORMAT = 1;

/** Told when a recorded result is there but cannot be used; the stage is then worked out again. */
export type Warn = (message: string, details: Readonly<Record<string, unknown>>) => void;

function parse(text: string): { readonly format: number; readonly result: StageResult } | undefined {
  try {
    const record = JSON.parse(text) as { format?: unknown; result?: Partial<StageResult> } | null;
    const usable = typeof record?.format === 'number' && typeof record.result?.outputs === 'object';
    return usable ? (record as { format: number; result: StageResult }) : undefined;
  } catch {
    return undefined;
  }
}

/** Results by stage key in `stages/<key>.json`, created once. */
class Stages implements StageIndex {
  constructor(
    private readonly shelf: Shelf,
    private readonly artifacts: ArtifactStore,
    private readonly warn: Warn,
  ) {}

  private placeOf(key: string): string {
    if (!/^[0-9a-f]{64}$/.test(key))
      throw new PipelineError('OBJECT_MISSING', `"${key}" is no stage key: 64 lower-case hex digits`, { key });
    return `stages/${key}.json`;
  }

  async find(key: string): Promise<StageResult | undefined> {
    const text = await this.shelf.read(this.placeOf(key));
    if (text === undefined) return undefined;
    const record = parse(text);
    const unusable =
      record === undefined || (record.format === FORMAT && record.result.key !== key)
        ? 'is damaged'
        : record.format !== FORMAT
          ? `has format ${record.format}, this version writes ${FORMAT}`
          : await this.unusableOutput(record.result);
    if (unusable === undefined) return record?.result;
    this.warn(`the recorded result of stage key ${key} ${unusable}; the stage is worked out again`, { key });
    return undefined;
  }

  /** Outputs are hashed here, so that a damaged one is made again instead of failing the stage that reads it. */
  private async unusableOutput({ outputs }: StageResult): Promise<string | undefined> {
    for (const [name, ref] of Object.entries(outputs)) {
      try {
        await this.artifacts.path(ref);
      } catch (error) {
        if (!(error instanceof PipelineError)) throw error;
        return `names ${name}, which is ${error.code === 'OBJECT_MISSING' ? 'gone' : 'damaged'}`;
      }
    }
    return undefined;
  }

  async record(result: StageResult): Promise<void> {
    const text = canonicalJson({ format: FORMAT, result });
    if (await this.shelf.create(this.placeOf(result.key), text)) return;
    if ((await this.find(result.key)) === undefined) await this.shelf.replace(this.placeOf(result.key), text);
  }
}

/** Stage index in `home` (a shelf, or a folder), over the artifact store its results refer to. */
export const createStageIndex = ({
  home,
  artifacts,
  warn = () => undefined,
}: {
  home: Place;
  artifacts: ArtifactStore;
  warn?: Warn;
}): StageIndex => new Stages(shelfAt(home), artifacts, warn);
