/** Whether node_modules holds what the lock file names. Pure. */

/** A package for some platforms only is expected where the platform is named exactly and is this one. */
function isExpected(entry, { os, cpu }) {
  if (entry.optional !== true && entry.devOptional !== true) return entry.peer !== true;
  if (entry.libc !== undefined) return false;
  return entry.os?.includes(os) === true && entry.cpu?.includes(cpu) === true;
}

/**
 * @param wanted packages of package-lock.json
 * @param present packages of node_modules/.package-lock.json, which npm writes when an installation is
 *   complete, or undefined
 * @returns the first path that is missing or of another version, or undefined when all is there
 */
export function firstMissingPackage(wanted, present, platform) {
  if (present === undefined) return 'node_modules';
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.startsWith('node_modules/') || !isExpected(entry, platform)) continue;
    const found = present[path];
    if (found === undefined || found.version !== entry.version) return path;
  }
  return undefined;
}
