export { queryParquet, type ReadValue } from './read-parquet.js';
