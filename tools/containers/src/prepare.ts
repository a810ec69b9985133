import { needDockerPlugins } from './docker-plugins.js';
import { type Engine, needEngine } from './engine.js';
import { buildLakeferry, needImages } from './images.js';
import { settingsOf, type Settings, writeSettings } from './settings-file.js';

export interface Prepared {
  readonly engine: Engine;
  readonly settings: Settings;
}

/** Engine, images and the file that names them; what is there already stays. */
export async function prepareContainers(): Promise<Prepared> {
  const engine = await needEngine();
  await needDockerPlugins(engine);
  const images = await needImages(engine);
  const settings = settingsOf(engine, images);
  writeSettings(settings);
  await buildLakeferry(engine, images);
  return { engine, settings };
}
