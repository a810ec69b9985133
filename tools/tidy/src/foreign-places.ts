import { findLines, type Finding, type SourceFile } from './source-file.js';

const REGISTRY = 'a host of a registry';

/** Places of one machine or one network, and numbers of a tracker: they mean nothing to a reader. */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w.$}/])\/(?:root|work(?:space)?|home\/\w+|Users\/\w+)\//, 'a path of one machine'],
  [
    /\b(?:registry|artifactory|nexus|mirror)\.[\w.-]+\.(?:com|dev|io|internal|lan|local|net|org)\b/i,
    REGISTRY,
  ],
  [/"resolved": "https?:/, REGISTRY],
  [/\bissue #?\d+\b|\(#\d+\)/i, 'a number of a tracker'],
];

export function checkForeignPlaces(files: readonly SourceFile[]): Finding[] {
  // In an image, paths are those of the image.
  const onMachines = files.filter(({ path }) => !path.endsWith('Dockerfile'));
  return onMachines.flatMap((file) =>
    PLACES.flatMap(([pattern, what]) => findLines(file, pattern, (match) => `${match}: ${what}`)),
  );
}
