export {
  bufferBody,
  type ListedObject,
  type ObjectBody,
  type ObjectHead,
  type ObjectStore,
  type PutRequest,
  type StaleUploads,
} from './object-store.js';
export { S3Endpoint, type S3Settings } from './s3-endpoint.js';
export type { S3Credentials } from './s3-credentials.js';
export { S3ObjectStore, type S3Limits } from './s3-object-store.js';
export { classify, toObjectStoreError, type S3ErrorShape } from './s3-errors.js';
