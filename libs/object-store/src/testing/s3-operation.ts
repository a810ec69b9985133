/**
 * What a request asks of a store. `list` lists objects or unfinished uploads of a bucket, `buckets` the
 * buckets; `other` is everything else, such as HEAD of a bucket.
 */
export type S3Operation =
  'put' | 'create' | 'part' | 'complete' | 'abort' | 'head' | 'list' | 'get' | 'buckets' | 'other';

export const S3_OPERATIONS: readonly S3Operation[] = [
  ...(['put', 'create', 'part', 'complete', 'abort', 'head', 'list'] as const),
  ...(['get', 'buckets', 'other'] as const),
];

/** Queries of a bucket that ask for something else than a list. */
const SETTINGS = ['location', 'versioning', 'policy', 'acl', 'cors', 'lifecycle', 'tagging'];

/** Tells an S3 operation by its method, path and query; buckets are in the path. Pure. */
export function operationOf(method: string, url: string): S3Operation {
  const { searchParams: query, pathname } = new URL(url, 'http://store');
  const [bucket = '', ...key] = pathname.split('/').slice(1);
  const isObject = key.some((part) => part !== '');
  switch (method) {
    case 'GET':
      if (bucket === '') return 'buckets';
      if (isObject) return query.has('uploadId') ? 'other' : 'get';
      return SETTINGS.some((name) => query.has(name)) ? 'other' : 'list';
    case 'HEAD':
      return isObject ? 'head' : 'other';
    case 'PUT':
      if (!isObject) return 'other';
      return query.has('partNumber') ? 'part' : 'put';
    case 'POST':
      if (query.has('uploads')) return 'create';
      return query.has('uploadId') ? 'complete' : 'other';
    case 'DELETE':
      return query.has('uploadId') ? 'abort' : 'other';
    default:
      return 'other';
  }
}
