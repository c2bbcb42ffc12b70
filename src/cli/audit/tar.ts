const BLOCK = 512;

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const put = (text: string, at: number): void => void block.write(text, at, 'ascii');
  const octal = (n: number, digits: number): string => `${n.toString(8).padStart(digits, '0')}\0`;
  if (Buffer.byteLength(name) > 100) throw new RangeError(`${name} is too long a name for this archive`);
  put(name, 0);
  put(octal(0o600, 7), 100);
  put(octal(0, 7), 108);
  put(octal(0, 7), 116);
  put(octal(size, 11), 124);
  put(octal(0, 11), 136);
  put(' '.repeat(8), 148);
  put('0', 156);
  put('ustar\x0000', 257);
  put(`${block.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** A POSIX tar archive (ustar) of plain files with names of at most 100 bytes; no times, so equal files give equal bytes. */
export function tar(files: ReadonlyMap<string, Uint8Array>): Buffer {
  const parts: Uint8Array[] = [];
  for (const [name, bytes] of files) parts.push(header(name, bytes.byteLength), bytes, Buffer.alloc((BLOCK - (bytes.byteLength % BLOCK)) % BLOCK));
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}
