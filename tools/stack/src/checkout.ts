import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the checkout that this file belongs to; the same from `src` and from `dist`. */
export const CHECKOUT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** Where everything that is installed or written at run time lies. */
export const LAKEFERRY_HOME = join(CHECKOUT, '.lakeferry');
