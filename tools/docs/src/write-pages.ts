import { writeFileSync } from 'node:fs';
import { generatedPages } from './pages.js';

for (const [file, text] of await generatedPages()) writeFileSync(file, text);
