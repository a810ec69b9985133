import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Metadata } from '@grpc/grpc-js';
import type { Request } from 'express';
import { DeliveryError } from '@lakeferry/errors';
import type { Secret } from '@lakeferry/runtime';

/** Asked by those who can't send a token: supervisors of the process. */
const OPEN_PATHS = new Set(['/healthz', '/readyz']);

/** Lets a request in that carries the token; everything when none is configured. */
@Injectable()
export class BearerGuard implements CanActivate {
  private readonly expected: Buffer | undefined;

  constructor(token: Secret | undefined) {
    this.expected = token === undefined ? undefined : digest(token.reveal());
  }

  canActivate(context: ExecutionContext): boolean {
    if (this.expected === undefined) return true;
    if (context.getType() === 'http') {
      const request = context.switchToHttp().getRequest<Request>();
      if (OPEN_PATHS.has(request.path)) return true;
      return this.check(request.headers.authorization);
    }
    const metadata = context.getArgByIndex<Metadata>(1);
    return this.check(metadata.get('authorization')[0]?.toString());
  }

  private check(header: string | undefined): true {
    const token = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? '';
    if (this.expected !== undefined && timingSafeEqual(digest(token), this.expected)) return true;
    throw new DeliveryError('UNAUTHENTICATED', 'the bearer token is missing or wrong');
  }
}

/** Equal lengths, so that the comparison takes the same time whatever was sent. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
