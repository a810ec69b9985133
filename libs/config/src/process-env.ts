/** The environment of this process; read once, at start. */
export function processEnv(): Readonly<Record<string, string | undefined>> {
  return process.env;
}
