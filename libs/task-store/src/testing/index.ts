export { createControlDatabase, type ControlDatabase } from './control-database.js';
export { seedTask } from './seed-task.js';
