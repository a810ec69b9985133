export { testStack, type TestStack } from './test-stack.js';
export { eventually } from './eventually.js';
export { createTestDatabase, uniqueName, type TestDatabase } from './test-database.js';
