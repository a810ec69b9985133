import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answers, Names, Takes } from '../api/document-answers.js';
import {
  checkView,
  createdSourceView,
  schemaView,
  sourceListView,
  sourceRequest,
  tableListView,
} from './source-request.js';
import { SourceService } from './source.service.js';

@ApiTags('sources')
@Controller('v1/sources')
export class SourceController {
  constructor(@Inject(SourceService) private readonly sources: SourceService) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: 'Add a source' })
  @Takes(sourceRequest)
  @Answers(201, 'The source, and what the check of its server found', createdSourceView)
  create(@Body() body: unknown) {
    return this.sources.create(body);
  }

  @Get()
  @ApiOperation({ summary: 'List sources' })
  @Answers(200, 'All sources', sourceListView)
  async list() {
    return { sources: await this.sources.list() };
  }

  @Get(':source/tables')
  @ApiOperation({ summary: 'List the tables of a source' })
  @Names('source')
  @Answers(200, 'Its tables', tableListView)
  async tables(@Param('source') source: string) {
    return { tables: await this.sources.tables(source) };
  }

  @Get(':source/tables/:table/schema')
  @ApiOperation({ summary: 'Generate the delivery schema of a table' })
  @Names('source', 'table')
  @Answers(200, 'What parquetSchema "auto" gives', schemaView)
  schema(@Param('source') source: string, @Param('table') table: string) {
    return this.sources.schema(source, table);
  }

  @Get(':source/check')
  @ApiOperation({ summary: 'Check whether a source is ready to deliver' })
  @Names('source')
  @Answers(200, 'What stands against it, and what is worth knowing', checkView)
  async check(@Param('source') source: string) {
    return { source, findings: await this.sources.check(source) };
  }
}
