export { testStack, type TestStack } from './test-stack.js';
export { eventually } from './eventually.js';
export { withClient } from './with-client.js';
export {
  createTestDatabase,
  openTestClient,
  uniqueName,
  type TestClient,
  type TestDatabase,
} from './test-database.js';
