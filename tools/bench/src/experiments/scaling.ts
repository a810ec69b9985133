import type { ResultTable } from '../report/bench-result.js';
import type { Experiment } from './experiment.js';
import { scaleLanes } from './scale-lanes.js';
import { scalePrefixes } from './scale-prefixes.js';
import { scaleTasks } from './scale-tasks.js';

/** What more lanes give, and what more tasks and more open prefixes cost. */
export const SCALING: Experiment = {
  name: 'scaling',
  title: 'Scaling',
  about: 'more lanes, more tasks, more open prefixes: rows per second, CPU and memory of each',
  run: async (context) => {
    const { system, say } = context;
    await system.startServices();
    const tables: ResultTable[] = [];
    say('lanes:');
    tables.push(await scaleLanes(context));
    say('open prefixes:');
    tables.push(await scalePrefixes(context));
    say('tasks:');
    tables.push(await scaleTasks(context));
    return { settings: {}, series: [], ratios: [], tables, charts: [] };
  },
};
