import {
  Catch,
  ServiceUnavailableException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { Response } from 'express';
import { throwError, type Observable } from 'rxjs';
import type { DeliveryError } from '@lakeferry/errors';
import type { Logger } from '@lakeferry/observability';
import { toGrpcFailure } from './api/grpc-details.js';
import { toDeliveryError, toProblem } from './api/problem.js';

/** Answers every error in the form of its protocol; logs those that are ours. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): Observable<never> | void {
    if (host.getType() === 'rpc') return throwError(() => toGrpcFailure(this.known(thrown)));
    const response = host.switchToHttp().getResponse<Response>();
    if (thrown instanceof ServiceUnavailableException) {
      // The answer of `/readyz`, which supervisors read: no problem document.
      response.status(thrown.getStatus()).json(thrown.getResponse());
      return;
    }
    const problem = toProblem(this.known(thrown));
    if (problem.status === 401) response.setHeader('www-authenticate', 'Bearer');
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }

  private known(thrown: unknown): DeliveryError {
    const error = toDeliveryError(thrown);
    if (error.action === 'crash') this.logger.error('request failed', { err: error });
    return error;
  }
}
