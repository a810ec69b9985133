import { writePage } from './report/write-page.js';

await writePage();
