import { randomUUID } from 'node:crypto';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { DeliveryError } from '@lakeferry/errors';
import { systemClock, type Secret } from '@lakeferry/runtime';
import { AROUND_SIGNING, againOnSkew } from './clock-skew.js';
import { ASK_AGAIN, defaultChain } from './default-chain.js';
import { classify, errorShape } from './s3-errors.js';

/** Where the credentials of an endpoint come from. */
export type S3Credentials =
  | {
      readonly kind: 'static';
      readonly accessKeyId: Secret;
      readonly secretAccessKey: Secret;
      readonly sessionToken?: Secret | undefined;
    }
  /** As the SDK finds them: environment, profile, container or machine. */
  | { readonly kind: 'default-chain'; readonly profile?: string | undefined }
  /** A session of another role, renewed before it ends. */
  | {
      readonly kind: 'assume-role';
      readonly roleArn: string;
      readonly externalId?: string | undefined;
      readonly region: string;
      /** URL of the STS; the region's own one of AWS when absent. */
      readonly stsEndpoint?: string | undefined;
      readonly base: S3Credentials;
    };

type Provider = Extract<S3ClientConfig['credentials'], (...args: never[]) => unknown>;

const CONNECT_MS_MAX = 5_000;
const REQUEST_MS_MAX = 20_000;

/** What the SDK asks for credentials; it keeps what it gets until five minutes before it expires. */
export function credentialsOf(
  credentials: S3Credentials,
): NonNullable<S3ClientConfig['credentials']> {
  switch (credentials.kind) {
    case 'static':
      return {
        accessKeyId: credentials.accessKeyId.reveal(),
        secretAccessKey: credentials.secretAccessKey.reveal(),
        ...(credentials.sessionToken === undefined
          ? {}
          : { sessionToken: credentials.sessionToken.reveal() }),
      };
    case 'default-chain':
      return defaultChain(credentials.profile);
    case 'assume-role':
      return whileItLasts(() => assumeRole(credentials));
    default:
      return credentials satisfies never;
  }
}

/** As long before its end as the SDK renews what it keeps. */
const RENEWED_BEFORE_MS = 300_000;

/**
 * Keeps a session until shortly before it ends, by whichever clock comes first. The SDK would count by the
 * wall clock alone, which may be set back meanwhile: it would use a session for hours that has ended.
 */
function whileItLasts(assume: Provider): Provider {
  let held: Awaited<ReturnType<Provider>> | undefined;
  let untilMs = 0;
  let wallUntilMs = 0;
  return async () => {
    if (held === undefined || systemClock.now() >= untilMs || Date.now() >= wallUntilMs) {
      held = await assume();
      const { expiration } = held;
      if (expiration === undefined) return held;
      wallUntilMs = expiration.getTime() - RENEWED_BEFORE_MS;
      untilMs = systemClock.now() + wallUntilMs - Date.now();
    }
    return { ...held, expiration: ASK_AGAIN };
  };
}

async function assumeRole(
  role: Extract<S3Credentials, { kind: 'assume-role' }>,
): ReturnType<Provider> {
  const { stsEndpoint, region, roleArn, externalId, base } = role;
  const client = new STSClient({
    ...(stsEndpoint === undefined ? {} : { endpoint: stsEndpoint }),
    region,
    credentials: credentialsOf(base),
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECT_MS_MAX,
      requestTimeout: REQUEST_MS_MAX,
      throwOnRequestTimeout: true,
    },
  });
  client.middlewareStack.add((next) => againOnSkew(client.config, next), AROUND_SIGNING);
  try {
    const { Credentials: given } = await client.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: `lakeferry-${randomUUID().slice(0, 8)}`,
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined) {
      throw Object.assign(new Error('no credentials'), { name: 'CredentialsProviderError' });
    }
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
      ...(Expiration === undefined ? {} : { expiration: inOurTime(Expiration, client) }),
    };
  } catch (error) {
    throw notAssumed(roleArn, error);
  } finally {
    client.destroy();
  }
}

/** The SDK looks at our clock to know when a session ends, which the STS told by its own. */
function inOurTime(until: Date, { config }: STSClient): Date {
  return new Date(until.getTime() - config.systemClockOffset);
}

/** An answer of the STS must not be taken for one of the store. */
function notAssumed(roleArn: string, error: unknown): DeliveryError {
  const shape = errorShape(error);
  const found = classify(shape);
  const passing = found === 'OBJECT_STORE_UNAVAILABLE' || found === 'OBJECT_STORE_ENDPOINT_INVALID';
  const answer = [shape.name, shape.code, shape.status].filter((part) => part !== undefined);
  const said = passing ? 'the STS does not answer' : 'the STS refuses to let us assume the role';
  return new DeliveryError(
    passing ? found : 'OBJECT_STORE_UNAUTHORIZED',
    `${said} ${roleArn} (${answer.join(', ') || 'no code'})`,
    { cause: error },
  );
}
