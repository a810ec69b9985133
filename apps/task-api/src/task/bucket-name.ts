/** What is wrong with a bucket's name by the rules that S3 and OSS share, or null. Pure. */
export function bucketNameProblem(name: string): string | null {
  if (name.length < 3 || name.length > 63) return 'must have 3 to 63 characters';
  if (!/^[a-z0-9][a-z0-9.-]*[a-z0-9]$/.test(name)) {
    return 'must be lower-case letters, digits, hyphens and dots, with a letter or digit at its ends';
  }
  if (/\.\.|\.-|-\./.test(name)) return 'must not have dots beside dots or hyphens';
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return 'must not look like an IP address';
  return null;
}
