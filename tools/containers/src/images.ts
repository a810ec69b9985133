import { CHECKOUT } from '@lakeferry/stack';
import type { Engine } from './engine.js';
import { isDebian, isRoot } from './host-packages.js';
import {
  IMAGE_ROLE_NAMES,
  IMAGE_ROLES,
  type ImageRole,
  type Images,
  LAKEFERRY_IMAGE,
} from './image-roles.js';
import { say, step } from './progress.js';
import { runCommand, tryCommand } from './run-command.js';
import { needStandIn } from './stand-ins.js';

const PULL_TIMEOUT_MS = 10 * 60_000;

/** Sees to it that every image is on this machine: pulled where a registry answers, else a stand-in. */
export async function needImages(engine: Engine): Promise<Images> {
  const images: Partial<Record<ImageRole, string>> = {};
  let hasRegistry = true;
  for (const role of IMAGE_ROLE_NAMES) {
    const { variable, vendor } = IMAGE_ROLES[role];
    const named = process.env[variable];
    const wanted = named ?? vendor;
    if (await isHere(engine, wanted)) {
      images[role] = wanted;
    } else if (hasRegistry && (await pull(engine, wanted))) {
      images[role] = wanted;
    } else if (named !== undefined) {
      throw new Error(`${variable} names ${named}, which is neither here nor to be had`);
    } else {
      if (hasRegistry) say('No registry answers: building local images of the same servers');
      hasRegistry = false;
      needDebian();
      images[role] = await needStandIn(engine, role);
    }
  }
  return images as Images;
}

/** Builds the image of the four services from the Dockerfile. */
export async function buildLakeferry(engine: Engine, images: Images): Promise<void> {
  await step(`Building ${LAKEFERRY_IMAGE} (Dockerfile)`, () =>
    runCommand(
      'docker',
      [
        ...['buildx', 'build', '--load', '-t', LAKEFERRY_IMAGE],
        ...['--build-arg', `NODE_IMAGE=${images.node}`, CHECKOUT],
      ],
      { env: engine.env },
    ),
  );
}

function needDebian(): void {
  if (isRoot() && isDebian()) return;
  throw new Error(
    'local images can be built by root on Debian only: let this machine reach a registry, or name ' +
      `images that it has: ${IMAGE_ROLE_NAMES.map((role) => IMAGE_ROLES[role].variable).join(', ')}`,
  );
}

async function isHere(engine: Engine, image: string): Promise<boolean> {
  const args = ['image', 'inspect', image];
  return (await tryCommand('docker', args, { env: engine.env })).code === 0;
}

async function pull(engine: Engine, image: string): Promise<boolean> {
  const options = { env: engine.env, timeoutMs: PULL_TIMEOUT_MS };
  return step(`Pulling ${image}`, async () => {
    return (await tryCommand('docker', ['pull', '--quiet', image], options)).code === 0;
  });
}
