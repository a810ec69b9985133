import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Engine } from './engine.js';
import { IMAGE_ROLE_NAMES, IMAGE_ROLES, type Images } from './image-roles.js';
import { SETTINGS_FILE } from './paths.js';

export type Settings = Readonly<Record<string, string>>;

/** Variables by which compose, testcontainers and people find engine and images. */
export function settingsOf(engine: Engine, images: Images): Settings {
  const named = IMAGE_ROLE_NAMES.map((role) => [IMAGE_ROLES[role].variable, images[role]]);
  return {
    ...engine.env,
    ...(Object.fromEntries(named) as Record<string, string>),
    // Its reaper is an image of a registry, and published ports are where the engine is: here.
    ...(engine.isOwn && {
      TESTCONTAINERS_RYUK_DISABLED: 'true',
      TESTCONTAINERS_HOST_OVERRIDE: '127.0.0.1',
    }),
  };
}

/** Lines that a shell and compose read alike: no value has a quote, a dollar or a backslash in it. */
export function formatSettings(settings: Settings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('');
}

export function parseSettings(text: string): Settings {
  const lines = text.matchAll(/^(\w+)='([^']*)'$/gm);
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value] as const));
}

export function writeSettings(settings: Settings): void {
  mkdirSync(dirname(SETTINGS_FILE), { recursive: true });
  writeFileSync(`${SETTINGS_FILE}.partial`, formatSettings(settings));
  renameSync(`${SETTINGS_FILE}.partial`, SETTINGS_FILE);
}

/** What the last preparation wrote; nothing where there was none. */
export function readSettings(): Settings {
  return existsSync(SETTINGS_FILE) ? parseSettings(readFileSync(SETTINGS_FILE, 'utf8')) : {};
}
