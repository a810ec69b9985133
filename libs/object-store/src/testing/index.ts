export { MemoryObjectStore } from './memory-object-store.js';
export { faulty, type Fault, type FaultScript } from './faulty-object-store.js';
export { S3FaultProxy, type FaultProxyOptions } from './s3-fault-proxy.js';
export {
  canHit,
  type Disturbance,
  type Injected,
  type ProxyFault,
  type ProxyScript,
  type Refusal,
} from './fault-plan.js';
export { S3_OPERATIONS, operationOf, type S3Operation } from './s3-operation.js';
export { randomBody } from './random-body.js';
export { bucketOwner, staticCredentials, testS3, type TestS3 } from './test-s3.js';
export { AUTHORITY, makeCertificate, type TestCertificate } from './test-certificate.js';
