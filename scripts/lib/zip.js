const { createReadStream, createWriteStream } = require('node:fs');
const { open } = require('node:fs/promises');
const { pipeline } = require('node:stream/promises');
const { createInflateRaw } = require('node:zlib');

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;

async function readAt(file, position, length) {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length) throw new Error('not a complete zip file');
  return buffer;
}

/** Every entry of a zip file, from its central directory. Without zip64, encryption or several volumes. */
async function listZip(path) {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const tailSize = Math.min(size, END_SIZE + 0xffff); // the end record may be followed by a comment of up to 64 KiB
    const tail = await readAt(file, size - tailSize, tailSize);
    let at = tail.length - END_SIZE;
    while (at >= 0 && tail.readUInt32LE(at) !== END) at -= 1;
    if (at < 0) throw new Error('not a zip file: it has no end record');
    const count = tail.readUInt16LE(at + 10);
    const directory = await readAt(file, tail.readUInt32LE(at + 16), tail.readUInt32LE(at + 12));
    const entries = [];
    for (let i = 0, p = 0; i < count; i += 1) {
      if (directory.readUInt32LE(p) !== CENTRAL) throw new Error('the directory of the zip file is damaged');
      const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => directory.readUInt16LE(p + offset));
      entries.push({
        name: directory.toString('utf8', p + 46, p + 46 + nameLength),
        method: directory.readUInt16LE(p + 10),
        packedSize: directory.readUInt32LE(p + 20),
        size: directory.readUInt32LE(p + 24),
        localHeader: directory.readUInt32LE(p + 42),
      });
      p += 46 + nameLength + extraLength + commentLength;
    }
    return entries;
  } finally {
    await file.close();
  }
}

/**
 * Unpacks one entry of a zip file to `target`, which must not exist.
 * @param {(name: string) => boolean} wanted Which entry; exactly the first match is taken.
 * @throws Error if there is none, or if it does not unpack to its declared size.
 */
async function extractFromZip(path, wanted, target, mode = 0o755) {
  const entry = (await listZip(path)).find(({ name }) => wanted(name));
  if (entry === undefined) throw new Error('the file wanted is not in the zip file');
  if (entry.method !== 0 && entry.method !== 8) throw new Error(`zip compression method ${entry.method} is not known`);
  const file = await open(path, 'r');
  const header = await readAt(file, entry.localHeader, 30).finally(() => file.close());
  if (header.readUInt32LE(0) !== LOCAL) throw new Error('an entry of the zip file is damaged');
  const start = entry.localHeader + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = createReadStream(path, { start, end: start + entry.packedSize - 1 });
  const out = createWriteStream(target, { flags: 'wx', mode });
  await (entry.method === 0 ? pipeline(packed, out) : pipeline(packed, createInflateRaw(), out));
  if (out.bytesWritten !== entry.size) throw new Error(`unpacked ${out.bytesWritten} bytes of ${entry.size}`);
}

module.exports = { extractFromZip, listZip };
