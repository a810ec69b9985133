/** One object as the bucket has it. */
export interface TreeObject {
  readonly key: string;
  readonly rows: number;
  readonly bytes: number;
}

const NAMES_SHOWN = 2;

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly objects: TreeObject[];
}

/** Lines of the tree of folders with rows and sizes, the first names of every folder. Pure. */
export function objectTree(objects: readonly TreeObject[]): string[] {
  const root = newFolder();
  for (const object of [...objects].sort((a, b) => compareKeys(a.key, b.key))) {
    const segments = object.key.split('/');
    let folder = root;
    for (const segment of segments.slice(0, -1)) {
      const next = folder.folders.get(segment) ?? newFolder();
      folder.folders.set(segment, next);
      folder = next;
    }
    folder.objects.push(object);
  }
  const lines = folderLines(root, '');
  const width = Math.max(0, ...lines.map(([name]) => name.length));
  return lines.map(([name, text]) => `${name.padEnd(width)}  ${text}`.trimEnd());
}

function newFolder(): Folder {
  return { folders: new Map(), objects: [] };
}

function folderLines(folder: Folder, indent: string): [name: string, text: string][] {
  const lines: [string, string][] = [];
  for (const [name, inner] of folder.folders) {
    lines.push(
      [`${indent}${name}/`, totals(everything(inner))],
      ...folderLines(inner, `${indent}  `),
    );
  }
  for (const object of folder.objects.slice(0, NAMES_SHOWN)) {
    const name = object.key.slice(object.key.lastIndexOf('/') + 1);
    lines.push([`${indent}${name}`, `${rowsText(object.rows)}  ${bytesText(object.bytes)}`]);
  }
  const hidden = folder.objects.length - NAMES_SHOWN;
  if (hidden > 0) lines.push([`${indent}… and ${hidden} more`, '']);
  return lines;
}

function everything(folder: Folder): TreeObject[] {
  return [...folder.objects, ...[...folder.folders.values()].flatMap(everything)];
}

function totals(objects: readonly TreeObject[]): string {
  const sum = (of: (object: TreeObject) => number) =>
    objects.reduce((total, object) => total + of(object), 0);
  const count = `${objects.length} ${objects.length === 1 ? 'object' : 'objects'}`;
  return `${rowsText(sum(({ rows }) => rows))}  ${bytesText(sum(({ bytes }) => bytes))}  ${count.padStart(12)}`;
}

function rowsText(rows: number): string {
  return `${rows.toLocaleString('en')} rows`.padStart(16);
}

export function bytesText(bytes: number): string {
  const kib = bytes / 1024;
  return (kib < 1024 ? `${kib.toFixed(1)} KiB` : `${(kib / 1024).toFixed(1)} MiB`).padStart(11);
}

/** Sequences are numbers: 10 comes after 9. */
function compareKeys(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
