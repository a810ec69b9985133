import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder; the same from `src` and from `dist`. */
export const CHECKOUT = dirname(dirname(dirname(dirname(fileURLToPath(new URL(import.meta.url))))));

/** What is fetched once and shared by every stack of this checkout. */
export const SHARED_FOLDER = join(CHECKOUT, '.lakeferry');

/** Node 24 of node_modules, whatever runs this program. */
export const NODE = join(CHECKOUT, 'node_modules', '.bin', 'node');
