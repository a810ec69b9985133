import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { throwError, type Observable } from 'rxjs';
import type { Logger } from '@lakeferry/observability';
import { toGrpcFailure } from './api/grpc-details.js';
import { toDeliveryError, toProblem } from './api/problem.js';

/** Answers every error in the form of its protocol; logs those that are ours. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): Observable<never> | void {
    const error = toDeliveryError(thrown);
    if (error.action === 'crash') this.logger.error('request failed', { err: error });
    if (host.getType() === 'rpc') return throwError(() => toGrpcFailure(error));
    const response = host.switchToHttp().getResponse<Response>();
    const problem = toProblem(error);
    if (problem.status === 401) response.setHeader('www-authenticate', 'Bearer');
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }
}
