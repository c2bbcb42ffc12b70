import { STAGES, type Stage } from '../../contracts/stages';
import { philox4x32 } from './philox';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { floor } = Math;

/** What a stream is drawn for, apart from the stage it belongs to. */
const USES = {
  seeding: 0,
  resample: 1,
  'resample seeding': 2,
  'gap reference': 3,
  halves: 4,
  'gap seeding': 5,
  permutation: 6,
  'mixture start': 7,
  simulation: 8,
  'micro-clusters': 9,
  picture: 10,
  drift: 11,
} as const;

/** The address of a stream. Two streams with different addresses share no block of the generator. */
export interface StreamAddress {
  /** From the config: an integer, 0 to 2^53 − 1. */
  readonly seed: number;
  readonly stage: Stage;
  readonly use: keyof typeof USES;
  /** Usually k; below 2^16. */
  readonly candidate: number;
  /** Restart or resample, below 2^32. */
  readonly restart: number;
  /** Block of rows, or restart inside a resample, below 2^32. */
  readonly block: number;
}

/** Uniform random numbers of one stream, in order. */
export class RandomStream {
  private readonly key: readonly [number, number];
  private readonly counter: Uint32Array;
  private readonly words = new Uint32Array(4);
  private used = 4;

  constructor({ seed, stage, use, candidate, restart, block }: StreamAddress) {
    this.key = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
    const place = (STAGES.indexOf(stage) << 24) | (USES[use] << 16) | (candidate & 0xffff);
    this.counter = Uint32Array.of(0, block, restart, place);
  }

  /** Integer, 0 to 2^32 − 1. */
  uint32(): number {
    if (this.used === 4) {
      philox4x32(this.counter, this.key, this.words);
      this.counter[0]++;
      this.used = 0;
    }
    return this.words[this.used++];
  }

  /** Uniform in [0, 1), with 53 random bits. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Uniform integer in [0, n), n below 2^32. */
  integer(n: number): number {
    return floor(this.uniform() * n);
  }
}
