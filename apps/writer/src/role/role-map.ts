import { z } from 'zod';
import type { S3Credentials } from '@lakeferry/object-store';
import { Secret } from '@lakeferry/runtime';

/** The role of tasks that name none. */
export const DEFAULT_ROLE = 'AliyunServiceRoleForOTSDataDelivery';

const text = z.string().trim().min(1);
const secret = text.transform((value) => new Secret(value));
const roleEntry = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('static'),
    accessKeyId: secret,
    secretAccessKey: secret,
    sessionToken: secret.optional(),
  }),
  z.strictObject({ kind: z.literal('default-chain'), profile: text.optional() }),
  z.strictObject({
    kind: z.literal('assume-role'),
    roleArn: text,
    externalId: text.optional(),
    region: text.optional(),
    stsEndpoint: z.url({ protocol: /^https?$/ }).optional(),
    /** Name of the role that assumes it; the writer's own credentials when absent. */
    base: text.optional(),
  }),
]);
export type RoleEntry = z.infer<typeof roleEntry>;

/** Roles by the name under which they are looked up (`roleKey`). */
export type RoleMap = ReadonlyMap<string, RoleEntry>;

/** What a text is read as: a map, or what is wrong with it; never what stands in it. */
export type ParsedRoles =
  { readonly ok: true; readonly roles: RoleMap } | { readonly ok: false; readonly problem: string };

/**
 * The name by which a role is looked up: the last part of an ARN, whatever its case, without blanks.
 * `acs:ram::123: role/aliyunserviceroleforotsdatadelivery` is the default role.
 */
export function roleKey(role: string | undefined): string {
  const last = (role ?? '').split('/').at(-1) ?? '';
  const name = last.replaceAll(/\s/g, '').toLowerCase();
  return name === '' ? DEFAULT_ROLE.toLowerCase() : name;
}

/** Reads a JSON object of roles by name. Pure. */
export function parseRoleMap(json: string): ParsedRoles {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { ok: false, problem: 'is not JSON' };
  }
  const parsed = z.record(text, roleEntry).safeParse(value);
  if (!parsed.success) {
    const places = parsed.error.issues.map(({ path, code }) => `${path.join('.')} (${code})`);
    return { ok: false, problem: `is not a map of roles at ${places.join(', ')}` };
  }
  const roles = new Map<string, RoleEntry>();
  for (const [name, entry] of Object.entries(parsed.data)) {
    if (roles.has(roleKey(name))) return { ok: false, problem: `names the role ${name} twice` };
    roles.set(roleKey(name), entry);
  }
  return { ok: true, roles };
}

/** Reads the setting. */
export const roleMapText = z
  .string()
  .optional()
  .transform((json, context): RoleMap | undefined => {
    if (json === undefined) return undefined;
    const parsed = parseRoleMap(json);
    if (parsed.ok) return parsed.roles;
    context.addIssue({ code: 'custom', message: parsed.problem });
    return z.NEVER;
  });

/** How a role is looked up. */
interface RoleLookup {
  readonly roles: RoleMap;
  /** The writer's own credentials. */
  readonly own: S3Credentials;
  readonly region: string;
}

/**
 * The credentials of a role, or why there are none. Pure.
 *
 * @param key as `roleKey` gives it
 */
export function resolveRole(
  key: string,
  lookup: RoleLookup,
  above: readonly string[] = [],
): S3Credentials | string {
  const entry = lookup.roles.get(key);
  if (entry === undefined) return `the role ${key} does not exist among the writer's roles`;
  if (above.includes(key)) return `the role ${key} is its own base`;
  if (entry.kind !== 'assume-role') return entry;
  const { base: baseName, region = lookup.region, ...rest } = entry;
  const base =
    baseName === undefined ? lookup.own : resolveRole(roleKey(baseName), lookup, [...above, key]);
  return typeof base === 'string' ? base : { ...rest, region, base };
}
