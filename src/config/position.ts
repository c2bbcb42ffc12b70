import { isMap, isNode, isPair, isScalar, type Document, type Node } from 'yaml';

/** Keys and indices from the top of the document. */
export type Path = readonly PropertyKey[];

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);
const nodeAt = (document: Document, path: Path): unknown =>
  path.length === 0 ? document.contents : document.getIn(path, true);

/** The key of the last step as it is written, where its parent is a mapping. */
function keyNode(document: Document, path: Path): Node | undefined {
  const parent = nodeAt(document, path.slice(0, -1));
  if (!isMap(parent)) return undefined;
  const wanted = String(path.at(-1));
  const pair = parent.items.find(({ key }) => String(isScalar(key) ? key.value : key) === wanted);
  return isPair(pair) && isNode(pair.key) ? pair.key : undefined;
}

/**
 * Offset at which a value is written. A mapping or list is found at its key, an item of a list where it starts; what is not there, at
 * the nearest parent that is. Side `key`: the key itself.
 */
export function offsetOf(document: Document, path: Path, side: 'key' | 'value' = 'value'): number {
  for (let length = path.length; length > 0; length--) {
    const keys = path.slice(0, length);
    const key = startOf(keyNode(document, keys));
    const node = nodeAt(document, keys);
    const itself = length === path.length && side === 'value' && isScalar(node);
    const offset = itself || key === undefined ? startOf(node) : key;
    if (offset !== undefined) return offset;
  }
  return 0;
}
