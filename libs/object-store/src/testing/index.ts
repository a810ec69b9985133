export { MemoryObjectStore } from './memory-object-store.js';
export { faulty, type Fault, type FaultScript } from './faulty-object-store.js';
export {
  S3FaultProxy,
  operationOf,
  type ProxyFault,
  type ProxyScript,
  type Refusal,
  type S3Operation,
} from './s3-fault-proxy.js';
export { randomBody, registerObjectStoreConformance } from './object-store.conformance.js';
export { bucketOwner, staticCredentials, testS3, type TestS3 } from './test-s3.js';
export { AUTHORITY, makeCertificate, type TestCertificate } from './test-certificate.js';
