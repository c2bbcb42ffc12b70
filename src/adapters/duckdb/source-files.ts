import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { PipelineError } from '../../contracts/errors';
import type { SourceFile, SourceFiles } from '../../core/ports';
import { countLines, countRecords, firstRecord, type RecordCounter } from './records';

const GLOB = /[*?]/;
/** A header longer than this is no header. */
const HEADER_LIMIT = 1 << 20;

const unreadable = (name: string, why: string): PipelineError =>
  new PipelineError('SOURCE_UNREADABLE', `${name}: ${why}`, { file: name });

const failure = (error: unknown, name: string): PipelineError => {
  if (error instanceof PipelineError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ABORT_ERR') return new PipelineError('CANCELLED', `reading ${name} was cancelled`);
  if (code === 'ENOENT') return new PipelineError('SOURCE_NOT_FOUND', `${name} is no longer there`, { file: name });
  if (code.startsWith('Z_')) return unreadable(name, `damaged gzip data (${code})`);
  return unreadable(name, `cannot be read (${code || 'unknown reason'})`);
};

/** `*` and `?` stay within one folder, `**` crosses folders. */
function globPattern(pattern: string): RegExp {
  const body = pattern.split('/').map((part) => {
    if (part === '**') return '(?:[^/]+/)*';
    const escaped = part
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]');
    return `${escaped}/`;
  });
  return new RegExp(`^${body.join('').replace(/\/$/, '')}$`, 'u');
}

async function walk(folder: string, deep: boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const visible = entries.filter(({ name }) => !/^[._]/.test(name));
  const found = await Promise.all(
    visible.map(async (entry) => {
      const path = join(folder, entry.name);
      if (!entry.isDirectory()) return [path];
      return deep ? walk(path, deep) : [];
    }),
  );
  return found.flat();
}

/** Files found by a folder or a glob may not lead out of it; a path somebody wrote down may be a link to anywhere. */
async function inspect(path: string, base: string, named: boolean): Promise<SourceFile> {
  const name = named ? basename(path) : relative(base, path).split(sep).join('/');
  try {
    const real = await realpath(path);
    const root = await realpath(base);
    if (!named && !real.startsWith(`${root}${sep}`))
      throw unreadable(name, 'a link that leads out of the folder of the source');
    if (!(await stat(real)).isFile()) throw unreadable(name, 'not a regular file');
    return { name, path: real };
  } catch (error) {
    throw failure(error, name);
  }
}

const byName = (a: SourceFile, b: SourceFile): number => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));

async function candidates(path: string, directory: string): Promise<{ base: string; paths: string[]; named: boolean }> {
  const full = resolve(directory, path);
  const state = await stat(full).catch(() => undefined);
  if (state?.isDirectory()) return { base: full, paths: await walk(full, false), named: false };
  if (state) return { base: dirname(full), paths: [full], named: true };
  if (!GLOB.test(path)) return { base: directory, paths: [], named: true };
  const parts = full.split(sep);
  const first = parts.findIndex((part) => GLOB.test(part));
  const base = parts.slice(0, first).join(sep) || sep;
  const pattern = globPattern(parts.slice(first).join('/'));
  const all = await walk(base, parts.length - first > 1).catch(() => [] as string[]);
  return { base, paths: all.filter((found) => pattern.test(relative(base, found).split(sep).join('/'))), named: false };
}

async function firstBytes(file: SourceFile, length: number): Promise<Buffer> {
  const handle = await open(file.path, 'r').catch((error: unknown) => {
    throw failure(error, file.name);
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

const MAGIC: readonly (readonly [Awaited<ReturnType<SourceFiles['kind']>>, string])[] = [
  ['parquet', '50415231'],
  ['gzip', '1f8b'],
  ['zip', '504b0304'],
  ['utf-16', 'fffe'],
  ['utf-16', 'feff'],
];

async function kind(file: SourceFile): Promise<Awaited<ReturnType<SourceFiles['kind']>>> {
  const hex = (await firstBytes(file, 4)).toString('hex');
  return hex === '' ? 'empty' : (MAGIC.find(([, magic]) => hex.startsWith(magic))?.[0] ?? 'other');
}

/** The text of a file, unpacked; `raw` sees the bytes as they lie on disk. */
function textStream(file: SourceFile, gzip: boolean, raw?: (bytes: Buffer) => void, signal?: AbortSignal): Readable {
  const out = new PassThrough();
  const source = createReadStream(file.path, { highWaterMark: 1 << 20 });
  source.on('data', (bytes) => raw?.(bytes as Buffer));
  const steps = gzip ? [source, createGunzip(), out] : [source, out];
  pipeline(steps as [Readable, PassThrough], { signal }).catch((error: unknown) => out.destroy(error as Error));
  return out;
}

export function createSourceFiles(): SourceFiles {
  return {
    async find(path, directory) {
      const { base, paths, named } = await candidates(path, directory);
      if (paths.length === 0)
        throw new PipelineError(
          'SOURCE_NOT_FOUND',
          `no file matches the path "${path}" of the source; check the path, which starts from the folder of dramatis.yaml`,
          { path },
        );
      const files = await Promise.all(paths.map((found) => inspect(found, base, named)));
      return files.sort(byName);
    },

    async scan(file, { format, delimiter = ',', quote = '"', signal }) {
      const gzip = (await kind(file)) === 'gzip';
      const hash = createHash('sha256');
      let bytes = 0;
      const counter: RecordCounter | undefined =
        format === 'parquet' ? undefined : format === 'csv' ? countRecords(delimiter, quote) : countLines();
      try {
        const stream = textStream(
          file,
          gzip && format !== 'parquet',
          (chunk) => {
            bytes += chunk.length;
            hash.update(chunk);
          },
          signal,
        );
        for await (const chunk of stream) counter?.push(chunk as Buffer);
      } catch (error) {
        throw failure(error, file.name);
      }
      return { sha256: hash.digest('hex'), bytes, records: counter?.end() ?? null, shape: counter?.shape() ?? null };
    },

    async header(file, { delimiter, quote }) {
      const gzip = (await kind(file)) === 'gzip';
      const chunks: Buffer[] = [];
      let size = 0;
      const stream = textStream(file, gzip);
      try {
        for await (const chunk of stream) {
          chunks.push(chunk as Buffer);
          size += (chunk as Buffer).length;
          if (size >= HEADER_LIMIT) break;
        }
      } catch (error) {
        throw failure(error, file.name);
      } finally {
        stream.destroy();
      }
      const cells = firstRecord(Buffer.concat(chunks), delimiter, quote);
      if (cells === 'empty')
        throw new PipelineError('SOURCE_EMPTY', `${file.name} is empty: not even a header`, { file: file.name });
      if (typeof cells === 'string') throw unreadable(file.name, cells);
      return { cells, gzip };
    },

    kind,
  };
}
