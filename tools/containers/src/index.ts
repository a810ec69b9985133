export { startTestStack } from './test-stack.js';
