export { findEngine, type Engine } from './engine.js';
