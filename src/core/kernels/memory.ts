import { PipelineError } from '../../contracts/errors';

const PAGE = 65_536;
/** Addresses have 32 bits. */
const MOST_PAGES = 65_536;
const ALIGNMENT = 16;

/** Bytes that an allocation takes: addresses are multiples of 16. */
export const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/**
 * One instance of the compiled kernels and its linear memory: at the bottom one data set that stays from call to call, above it scratch that
 * is gone when the call ends. The memory grows to what the largest call needs and is then used again; it never shrinks.
 */
export interface KernelInstance {
  /** Exports of the module; each wrapper casts them to its own interface. */
  readonly exports: Readonly<Record<string, unknown>>;
  /**
   * Scratch for one call: everything allocated inside is free again afterwards, also after an error. Frames may nest.
   */
  frame<T>(work: () => T): T;
  /** Address of so many bytes, a multiple of 16; their content is undefined. Only inside a frame. Growing the memory detaches every view of before. */
  allocate(bytes: number): number;
  /**
   * Address of the data set of `key` in some format, written by `write` unless it is there already. One key is kept, in every format that was asked for, until
   * another one takes its place; that does not keep `key` alive. What a key stands for must not change meanwhile. Outside of frames only.
   */
  hold(key: object, format: string, bytes: number, write: (at: number) => void): number;
  /** Address of that data set if it is there, else null. */
  held(key: object, format: string): number | null;
  /** Views of the memory as it is now: take them after the last `allocate`. */
  f64(at: number, length: number): Float64Array;
  f32(at: number, length: number): Float32Array;
  i32(at: number, length: number): Int32Array;
  u8(at: number, length: number): Uint8Array;
  /** Bytes of the memory. */
  readonly size: number;
}

/** Bytes that a data set and its scratch can have in one instance. */
export const MOST_BYTES = MOST_PAGES * PAGE;

/**
 * Instantiate the compiled kernels on a memory of their own.
 *
 * @param module What `scripts/build-kernels.js` made, compiled once per process and handed to every thread.
 */
export function instantiate(module: WebAssembly.Module): KernelInstance {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES });
  // Not under the name `exports`: compiled to CommonJS that would hide the module's own.
  const wasm = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const base = aligned((wasm.heapBase as WebAssembly.Global).value);
  let key: WeakRef<object> | null = null;
  const formats = new Map<string, number>();
  let top = base;
  let frames = 0;

  function reserve(bytes: number): number {
    const at = top;
    const end = at + aligned(bytes);
    if (end > MOST_BYTES)
      throw new PipelineError('COMPUTE_FAILED', `a kernel needs ${end} bytes of memory, an instance has at most ${MOST_BYTES}: give it fewer rows at a time`, { bytes: end });
    const missing = Math.ceil(end / PAGE) - memory.buffer.byteLength / PAGE;
    if (missing > 0) memory.grow(missing);
    top = end;
    return at;
  }

  const held = (wanted: object, format: string): number | null => (key?.deref() === wanted ? (formats.get(format) ?? null) : null);

  return {
    exports: wasm,
    get size() {
      return memory.buffer.byteLength;
    },
    frame(work) {
      const before = top;
      frames++;
      try {
        return work();
      } finally {
        frames--;
        top = before;
      }
    },
    allocate(bytes) {
      if (frames === 0) throw new Error('scratch of a kernel is allocated inside a frame');
      return reserve(bytes);
    },
    hold(wanted, format, bytes, write) {
      const there = held(wanted, format);
      if (there !== null) return there;
      if (frames > 0) throw new Error('a data set of a kernel is loaded outside of frames');
      if (key?.deref() !== wanted) {
        key = new WeakRef(wanted);
        formats.clear();
        top = base;
      }
      const before = top;
      try {
        const at = reserve(bytes);
        write(at);
        formats.set(format, at);
        return at;
      } catch (error) {
        top = before;
        throw error;
      }
    },
    held,
    f64: (at, length) => new Float64Array(memory.buffer, at, length),
    f32: (at, length) => new Float32Array(memory.buffer, at, length),
    i32: (at, length) => new Int32Array(memory.buffer, at, length),
    u8: (at, length) => new Uint8Array(memory.buffer, at, length),
  };
}
