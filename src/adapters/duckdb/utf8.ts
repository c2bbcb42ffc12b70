import { isUtf8 } from 'node:buffer';

const [LF, CR] = [10, 13];

/** Where the last sequence that may go on in the next chunk begins; the length where there is none. RFC 3629. */
function wholeSequences(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Lines before the first one that is not UTF-8. A line end is in no longer sequence, so lines can be looked at one by one. */
function linesBefore(bytes: Uint8Array, previous: number): number {
  let [lines, start, last] = [0, 0, previous];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === LF || byte === CR) {
      if (!isUtf8(bytes.subarray(start, at))) return lines;
      start = at + 1;
      if (byte === CR || last !== CR) lines += 1;
    }
    last = byte;
  }
  return lines;
}

/** Finds the first line of a stream of bytes that is not UTF-8. O(bytes), by the runtime's own check. */
export interface Utf8Watch {
  /** @param line Line in hand where the bytes begin. @param previous The byte before them; 0 where there is none. */
  push(bytes: Uint8Array, line: number, previous: number): void;
  /** The first line that is not UTF-8, or null. @param line Line in hand at the end. */
  end(line: number): number | null;
}

export function watchUtf8(): Utf8Watch {
  let found: number | null = null;
  let held: Uint8Array = new Uint8Array(0); // a sequence that the end of a chunk cut
  return {
    push(bytes, line, previous) {
      if (found !== null) return;
      const whole = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      const end = wholeSequences(whole);
      const text = whole.subarray(0, end);
      // A held sequence holds no line end, so the line in hand is that of its first byte as well.
      if (!isUtf8(text)) found = line + linesBefore(text, held.length === 0 ? previous : 0);
      held = Uint8Array.from(whole.subarray(end));
    },
    end: (line) => found ?? (held.length > 0 ? line : null),
  };
}
