import { BlockList, isIP } from 'node:net';
import { endpointHost, endpointUrl, ossEndpoint, type EndpointMap } from './endpoint-map.js';

export interface EndpointRules {
  /** The operator's targets, which all may be used. */
  readonly endpoints: EndpointMap | undefined;
  /** The installation's own endpoint. */
  readonly s3Endpoint: string | undefined;
  /** Whether of all others only the names of OSS and AWS may be used. */
  readonly endpointsOnly: boolean;
}

/** Where machines tell their own credentials, and neighbours on the cable answer: no store is there. */
const LINK_LOCAL = new BlockList();
LINK_LOCAL.addSubnet('169.254.0.0', 16, 'ipv4');
LINK_LOCAL.addSubnet('fe80::', 10, 'ipv6');

/** S3 of a region, of a VPC or for all regions, not whatever else has a name there. */
const AWS_S3 =
  /^(?:(?:bucket\.)?vpce-[a-z0-9-]+\.)?s3(?:-[a-z0-9-]+)?(?:\.dualstack)?(?:\.[a-z]{2}(?:-[a-z]+)+-\d)?(?:\.vpce)?\.amazonaws\.com(?:\.cn)?(?::443|:80)?$/;

/** Why an endpoint that a task names may not be connected to, or null. Pure. */
export function endpointProblem(named: string, rules: EndpointRules): string | null {
  const host = endpointHost(named);
  const { endpoints, s3Endpoint, endpointsOnly } = rules;
  if (endpoints?.has(host) === true) return null;
  if (s3Endpoint !== undefined && endpointHost(s3Endpoint) === host) return null;
  if (isLinkLocal(named)) {
    return `the endpoint ${host} is a link-local address, where nothing is delivered to`;
  }
  if (!endpointsOnly || ossEndpoint(host) !== undefined || AWS_S3.test(host)) return null;
  return (
    `the endpoint ${host} is none that this installation delivers to: ` +
    'those of its map of endpoints, its own, and those of OSS and AWS by their names'
  );
}

/** A URL spells every form of an address (decimal, hexadecimal, mapped into IPv6) in one way. */
function isLinkLocal(named: string): boolean {
  const address = URL.parse(endpointUrl(named))?.hostname.replace(/^\[|\]$/g, '') ?? '';
  const family = isIP(address);
  return family !== 0 && LINK_LOCAL.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
