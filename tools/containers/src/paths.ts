import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { CHECKOUT, LAKEFERRY_HOME } from '@lakeferry/stack';

/** Everything that the container lane keeps: layers, plug-ins, logs, the file of settings. */
export const CONTAINERS_HOME = join(LAKEFERRY_HOME, 'containers');

const checkoutId = createHash('sha256').update(CHECKOUT).digest('hex').slice(0, 8);

/** Sockets and pid file of this checkout's engine; a socket's path may not be long. */
export const ENGINE_RUN_FOLDER = `/run/lakeferry-${checkoutId}`;
export const ENGINE_DATA_FOLDER = join(CONTAINERS_HOME, 'engine');
export const ENGINE_LOG = join(CONTAINERS_HOME, 'engine.log');
export const ENGINE_PID_FILE = join(ENGINE_RUN_FOLDER, 'docker.pid');
export const ENGINE_HOST = `unix://${join(ENGINE_RUN_FOLDER, 'docker.sock')}`;
/** What the engine changed of the kernel's network settings, as it was before. */
export const NETWORK_BEFORE_FILE = join(CONTAINERS_HOME, 'network-before.json');

/** Configuration of the docker command, with its plug-ins. */
export const DOCKER_CONFIG_FOLDER = join(CONTAINERS_HOME, 'docker');

/** Where engine and images are, for compose, testcontainers and people. */
export const SETTINGS_FILE = join(CONTAINERS_HOME, 'containers.env');

export const COMMAND_LOG = join(CONTAINERS_HOME, 'commands.log');

/** Label of containers that belong to test runs of this checkout. */
export const TEST_LABEL = { name: 'io.lakeferry.test-run', value: checkoutId } as const;
