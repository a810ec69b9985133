export { installSpark, type InstalledSpark } from './install-engines.js';
