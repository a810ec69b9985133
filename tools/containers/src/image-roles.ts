/** The images of the system by what they are for, and who else may give them. */
export const IMAGE_ROLES = {
  node: { variable: 'LAKEFERRY_IMAGE_NODE', vendor: 'node:24-bookworm-slim' },
  postgres: { variable: 'LAKEFERRY_IMAGE_POSTGRES', vendor: 'postgres:18' },
  kafka: { variable: 'LAKEFERRY_IMAGE_KAFKA', vendor: 'apache/kafka:4.3.1' },
  s3: { variable: 'LAKEFERRY_IMAGE_S3', vendor: 'andrewgaul/s3proxy:s3proxy-4.1.0' },
} as const;

export type ImageRole = keyof typeof IMAGE_ROLES;
export type Images = Readonly<Record<ImageRole, string>>;

export const IMAGE_ROLE_NAMES = Object.keys(IMAGE_ROLES) as ImageRole[];

/** Image of the four services, out of the Dockerfile. */
export const LAKEFERRY_IMAGE = 'lakeferry:local';

/** Images by the environment, the vendors' where it names none. */
export function imagesOf(env: Readonly<Record<string, string | undefined>>): Images {
  const named = IMAGE_ROLE_NAMES.map((role) => {
    const { variable, vendor } = IMAGE_ROLES[role];
    return [role, env[variable] ?? vendor] as const;
  });
  return Object.fromEntries(named) as Images;
}
