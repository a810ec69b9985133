export type Action = 'prepare' | 'deliver' | 'down' | 'help';

export const HELP = `Usage: npm run containers [-- --deliver | --down | --help]

  (nothing)   finds a container engine, or starts one (as root, on Debian); pulls the images of
              PostgreSQL, Kafka, S3 and Node, or builds local ones of the same servers; builds
              the image of the services. Everything that is there already is kept.
  --deliver   all of that, then "docker compose up": delivers one table, reads the objects back,
              compares, and takes everything down again
  --down      stops the engine that this command started, and puts the machine's network back

Afterwards:
  LAKEFERRY_TEST_STACK=containers npm test      integration tests on containers
  set -a; . .lakeferry/containers/containers.env; set +a; docker compose up
`;

/** @throws Error naming the argument that means nothing here */
export function parseArguments(args: readonly string[]): Action {
  const [first, second] = args;
  if (second !== undefined) throw new Error(`one option at a time.\n\n${HELP}`);
  switch (first) {
    case undefined:
      return 'prepare';
    case '--deliver':
      return 'deliver';
    case '--down':
      return 'down';
    case '--help':
    case '-h':
      return 'help';
    default:
      throw new Error(`there is no option ${first}.\n\n${HELP}`);
  }
}
