const { createHash } = require('node:crypto');
const { readdirSync, statSync } = require('node:fs');
const { join, relative, sep } = require('node:path');

/** Every file below `dir` (or `dir` itself if it is a file), sorted; none if it does not exist. */
function filesBelow(dir) {
  const stat = statSync(dir, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (stat.isFile()) return [dir];
  return readdirSync(dir, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) return filesBelow(path);
      return entry.isFile() ? [path] : [];
    })
    .sort();
}

/** A path relative to `root` with forward slashes, the same on every platform. */
const portable = (root, path) => relative(root, path).split(sep).join('/');

/** Names, sizes and times of files: tells within milliseconds whether anything may have changed, without reading. */
function stampOf(root, paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap((p) => filesBelow(join(root, p)))) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${portable(root, path)}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

module.exports = { filesBelow, portable, stampOf };
