import { z } from 'zod';

/** Where the name of an endpoint leads. */
export interface EndpointTarget {
  readonly url: string;
  readonly style: 'path' | 'virtual-host';
  /** For which requests are signed; that of the task when absent. */
  readonly region?: string | undefined;
  readonly checksums: 'when-required' | 'when-supported';
}

/** The operator's targets by the host of an endpoint's name. */
export type EndpointMap = ReadonlyMap<string, EndpointTarget>;

const target = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  style: z.enum(['path', 'virtual-host']).default('path'),
  region: z.string().min(1).optional(),
  checksums: z.enum(['when-required', 'when-supported']).default('when-required'),
});
const targets = z.record(z.string().min(1), target);

/** Reads the setting: a JSON object of targets by the name of an endpoint. */
export const endpointMapText = z
  .string()
  .optional()
  .transform((text, context): EndpointMap | undefined => {
    if (text === undefined) return undefined;
    const parsed = targets.safeParse(json(text));
    if (parsed.success) {
      return new Map(Object.entries(parsed.data).map(([name, to]) => [endpointHost(name), to]));
    }
    const places = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    context.addIssue({
      code: 'custom',
      message: `is not a map of endpoints: ${places.join('; ')}`,
    });
    return z.NEVER;
  });

/** Host and port of an endpoint however it is written. */
export function endpointHost(text: string): string {
  const url = endpointUrl(text);
  return URL.parse(url)?.host ?? url;
}

/** Endpoints of tasks may be bare host names. */
export function endpointUrl(text: string): string {
  const trimmed = text.trim();
  return /^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
}

/** An endpoint of Alibaba OSS, and what its name tells. */
export interface OssEndpoint {
  readonly region: string | undefined;
  /** The host at which OSS speaks S3. */
  readonly host: string;
}

/** `oss-cn-hangzhou.aliyuncs.com` and its kind, with `-internal` and `s3.`; undefined for others. Pure. */
export function ossEndpoint(host: string): OssEndpoint | undefined {
  const found = /^(?:s3\.)?(oss-([a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com)(?::443|:80)?$/.exec(
    host,
  );
  const [, name, place] = found ?? [];
  if (name === undefined || place === undefined) return undefined;
  return { region: place.startsWith('accelerate') ? undefined : place, host: `s3.${name}` };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
