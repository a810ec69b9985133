import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query as FromQuery,
} from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import type { LedgerObject, TaskName } from '@lakeferry/task-store';
import { Answers, Names, Query, Takes } from '../api/document-answers.js';
import { readRequest } from '../api/read-request.js';
import {
  DIRTY_REMEDIES,
  dirtyQuery,
  dirtyView,
  listQuery,
  objectsQuery,
  objectsView,
  QUERY_REMEDIES,
  statementQuery,
  statementView,
  taskListView,
  type objectView,
} from './task-queries.js';
import { taskPatch } from './task-patch.js';
import { taskRequest } from './task-request.js';
import { taskView } from './task-view.js';
import { TaskService } from './task.service.js';

const TASK = ':source/:tableName/:taskName';
const NAMES = ['source', 'tableName', 'taskName'] as const;

@ApiTags('tasks')
@Controller('v1/tasks')
export class TaskController {
  constructor(@Inject(TaskService) private readonly tasks: TaskService) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: 'Create a delivery task' })
  @Takes(taskRequest)
  @Answers(201, 'The task', taskView)
  create(@Body() body: unknown) {
    return this.tasks.create(body);
  }

  @Get()
  @ApiOperation({ summary: 'List tasks' })
  @Query(listQuery.shape, [])
  @Answers(200, 'Tasks that are not deleted', taskListView)
  async list(@FromQuery() query: unknown) {
    const { source, tableName } = readRequest(listQuery, { ...Object(query) }, QUERY_REMEDIES);
    const filter = {
      ...(source === undefined ? {} : { source }),
      ...(tableName === undefined ? {} : { tableName }),
    };
    return { tasks: await this.tasks.list(filter) };
  }

  @Get(TASK)
  @ApiOperation({ summary: 'Show a task and how far it is' })
  @Names(...NAMES)
  @Answers(200, 'The task', taskView)
  get(@Param() name: TaskName) {
    return this.tasks.get(name);
  }

  @Patch(TASK)
  @ApiOperation({ summary: 'Change a running task; what is left out stays' })
  @Names(...NAMES)
  @ApiHeader({ name: 'If-Match', required: false, description: 'The revision that was seen' })
  @Takes(taskPatch)
  @Answers(
    200,
    'The task as it is wanted; pendingRevision tells what is not in force yet',
    taskView,
  )
  update(
    @Param() name: TaskName,
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
  ) {
    return this.tasks.update(name, body, ifMatch);
  }

  @Delete(TASK)
  @HttpCode(202)
  @ApiOperation({ summary: 'Delete a task; its objects stay' })
  @Names(...NAMES)
  @Answers(202, 'It ends; it is gone when it is no longer found')
  remove(@Param() name: TaskName) {
    return this.tasks.remove(name);
  }

  @Post(`${TASK}\\:pause`)
  @HttpCode(200)
  @ApiOperation({ summary: 'Pause a task' })
  @Names(...NAMES)
  @Answers(200, 'The task', taskView)
  pause(@Param() name: TaskName) {
    return this.tasks.pause(name);
  }

  @Post(`${TASK}\\:resume`)
  @HttpCode(200)
  @ApiOperation({ summary: 'Resume a paused task' })
  @Names(...NAMES)
  @Answers(200, 'The task', taskView)
  resume(@Param() name: TaskName) {
    return this.tasks.resume(name);
  }

  @Get(`${TASK}/objects`)
  @ApiOperation({ summary: 'List the objects of a task, newest first' })
  @Names(...NAMES)
  @Query(objectsQuery.shape, [])
  @Answers(200, 'A page of objects', objectsView)
  async objects(@Param() name: TaskName, @FromQuery() query: unknown) {
    const page = readRequest(objectsQuery, { ...Object(query) }, QUERY_REMEDIES);
    const { limit, before } = page;
    const { objects, next } = await this.tasks.objects(
      name,
      before === undefined ? { limit } : { limit, before },
    );
    return { objects: objects.map(toView), ...(next === undefined ? {} : { next }) };
  }

  @Get(`${TASK}/dirty`)
  @ApiOperation({ summary: 'List fields that became null because they did not fit, newest first' })
  @Names(...NAMES)
  @Query(dirtyQuery.shape, [])
  @Answers(200, 'The newest dirty fields', dirtyView)
  async dirty(@Param() name: TaskName, @FromQuery() query: unknown) {
    const { limit } = readRequest(dirtyQuery, { ...Object(query) }, DIRTY_REMEDIES);
    return { fields: await this.tasks.dirtyFields(name, limit) };
  }

  @Get(`${TASK}/statement`)
  @ApiOperation({ summary: 'The statement that makes the objects a table of an engine' })
  @Names(...NAMES)
  @Query(statementQuery.shape, ['engine'])
  @Answers(200, 'The statement', statementView)
  async statement(@Param() name: TaskName, @FromQuery() query: unknown) {
    const { engine } = readRequest(statementQuery, { ...Object(query) }, QUERY_REMEDIES);
    return { engine, statement: await this.tasks.statement(name, engine) };
  }
}

function toView(object: LedgerObject): z.infer<typeof objectView> {
  const { fileId, content, objectKey, destination, lane, prefix, sequence, rows, bytes } = object;
  const { dirty, sha256, reason, phase, schemaVersion, visibleAt } = object;
  return {
    ...{ fileId, content, objectKey, destination, lane, prefix, sequence, rows, bytes },
    ...{ dirty, sha256, reason, phase, schemaVersion },
    visibleAt: visibleAt?.toISOString() ?? null,
  };
}
