import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { TaskName } from '@lakeferry/task-store';
import { readRequest } from '../api/read-request.js';
import {
  toDescription,
  toDirtyField,
  toTaskPatch,
  toTaskRequest,
  type GrpcMessage,
} from './grpc-mapping.js';
import { DIRTY_REMEDIES, dirtyQuery, QUERY_REMEDIES, statementQuery } from './task-queries.js';
import { TaskService } from './task.service.js';

const SERVICE = 'DeliveryService';

/** `lakeferry.v1.DeliveryService`; errors pass through the same filter as REST. */
@Controller()
export class TaskGrpcController {
  constructor(@Inject(TaskService) private readonly tasks: TaskService) {}

  @GrpcMethod(SERVICE, 'CreateDeliveryTask')
  async create(message: GrpcMessage): Promise<GrpcMessage> {
    const { taskId, warnings } = await this.tasks.create(toTaskRequest(message));
    return { taskId, warnings: warnings.map((warning) => warning.message) };
  }

  @GrpcMethod(SERVICE, 'DescribeDeliveryTask')
  async describe(message: GrpcMessage): Promise<GrpcMessage> {
    return toDescription(await this.tasks.get(nameOf(message)));
  }

  @GrpcMethod(SERVICE, 'ListDeliveryTask')
  async list({ source, tableName }: GrpcMessage): Promise<GrpcMessage> {
    const tasks = await this.tasks.list({
      ...(typeof source === 'string' && source !== '' ? { source } : {}),
      ...(typeof tableName === 'string' && tableName !== '' ? { tableName } : {}),
    });
    return {
      tasks: tasks.map((task) => ({
        ...{ tableName: task.tableName, taskName: task.taskName },
        ...{ taskType: task.taskType, source: task.source },
      })),
    };
  }

  @GrpcMethod(SERVICE, 'DeleteDeliveryTask')
  async remove(message: GrpcMessage): Promise<GrpcMessage> {
    await this.tasks.remove(nameOf(message));
    return {};
  }

  @GrpcMethod(SERVICE, 'GetStatement')
  async statement(message: GrpcMessage): Promise<GrpcMessage> {
    const { engine } = readRequest(statementQuery, { engine: message['engine'] }, QUERY_REMEDIES);
    return { engine, statement: await this.tasks.statement(nameOf(message), engine) };
  }

  @GrpcMethod(SERVICE, 'ListDirtyFields')
  async dirty(message: GrpcMessage): Promise<GrpcMessage> {
    const query = message['limit'] == null ? {} : { limit: message['limit'] };
    const { limit } = readRequest(dirtyQuery, query, DIRTY_REMEDIES);
    const fields = await this.tasks.dirtyFields(nameOf(message), limit);
    return { fields: fields.map(toDirtyField) };
  }

  @GrpcMethod(SERVICE, 'UpdateDeliveryTask')
  async update(message: GrpcMessage): Promise<GrpcMessage> {
    const name = nameOf({ ...message, tableName: message['table'] });
    const { revision, pendingRevision } = await this.tasks.update(name, toTaskPatch(message));
    return { revision, ...(pendingRevision === null ? {} : { pendingRevision }) };
  }

  @GrpcMethod(SERVICE, 'PauseDeliveryTask')
  async pause(message: GrpcMessage): Promise<GrpcMessage> {
    await this.tasks.pause(nameOf(message));
    return {};
  }

  @GrpcMethod(SERVICE, 'ResumeDeliveryTask')
  async resume(message: GrpcMessage): Promise<GrpcMessage> {
    await this.tasks.resume(nameOf(message));
    return {};
  }
}

function nameOf({ source, tableName, taskName }: GrpcMessage): TaskName {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { source: text(source), tableName: text(tableName), taskName: text(taskName) };
}
