import { isDeliveryError } from '@lakeferry/errors';
import { metrics, type Logger } from '@lakeferry/observability';
import { backoffMs, untilAborted, type Clock } from '@lakeferry/runtime';
import { decideTaskStep, type TaskStep } from './task-step.js';
import type { DesiredTask, SourceRoute } from '@lakeferry/contracts';

const RETRY = { firstMs: 500, maxMs: 15_000, factor: 2 } as const;
const HOLD_MS = 15_000;

/** The effects of the steps of a task; each resolves when its step is durable. */
export interface TaskSteps {
  addRoute(signal: AbortSignal): Promise<void>;
  findPlan(signal: AbortSignal): Promise<void>;
  scan(signal: AbortSignal): Promise<void>;
  changeSchema(signal: AbortSignal): Promise<void>;
  removeRoute(): Promise<void>;
  reportOff(): void;
  /** Makes the halt durable, if there is a route, and reports it. */
  halt(error: unknown): Promise<void>;
  /** Reports an error that is retried or waited for; null when it is over. */
  trouble(error: unknown): void;
}

export interface TaskRunOptions {
  readonly desired: () => DesiredTask | null;
  readonly route: () => SourceRoute | undefined;
  readonly scanDone: () => boolean;
  readonly steps: TaskSteps;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Brings one task from step to step, until the signal aborts or the task is gone. */
export class TaskRun {
  private changed = new AbortController();
  private step: TaskStep = 'nothing';
  private halted = false;

  constructor(private readonly options: TaskRunOptions) {}

  /** The desired state changed: a step that is no longer wanted stops. */
  notify(): void {
    const next = this.decide();
    const stops = next === 'remove-route' || next === 'report-off';
    if (this.step === 'nothing' || stops) this.changed.abort();
  }

  async run(signal: AbortSignal): Promise<void> {
    let attempt = 0;
    while (!signal.aborted) {
      this.changed = new AbortController();
      this.step = this.decide();
      const either = AbortSignal.any([signal, this.changed.signal]);
      try {
        if (!(await this.perform(this.step, either))) return;
        if (attempt > 0 && this.step !== 'report-off') this.options.steps.trouble(null);
        attempt = 0;
      } catch (error) {
        if (signal.aborted) return;
        attempt += 1;
        await this.failed(error, attempt, either);
      }
    }
  }

  private decide(): TaskStep {
    const { desired, route, scanDone } = this.options;
    const step = decideTaskStep(desired(), route(), scanDone());
    const stops = step === 'remove-route' || step === 'report-off';
    return this.halted && !stops ? 'nothing' : step;
  }

  /** @returns whether there is more to come */
  private async perform(step: TaskStep, signal: AbortSignal): Promise<boolean> {
    const { steps } = this.options;
    switch (step) {
      case 'add-route':
        await steps.addRoute(signal);
        return true;
      case 'find-plan':
        await steps.findPlan(signal);
        return true;
      case 'scan':
        await steps.scan(signal);
        return true;
      case 'change-schema':
        await steps.changeSchema(signal);
        return true;
      case 'remove-route':
        await steps.removeRoute();
        return true;
      case 'report-off':
        steps.reportOff();
        await untilAborted(signal);
        return true;
      case 'nothing':
        if (this.options.desired() === null && this.options.route() === undefined) return false;
        await untilAborted(signal);
        return true;
    }
  }

  private async failed(error: unknown, attempt: number, signal: AbortSignal): Promise<void> {
    const { steps, clock, logger } = this.options;
    const action = isDeliveryError(error) ? error.action : 'halt';
    const code = isDeliveryError(error) ? error.code : 'INVARIANT_BROKEN';
    metrics.retries.inc({ component: this.step, code });
    if (action === 'retry' || action === 'hold') {
      const waitMs = action === 'hold' ? HOLD_MS : backoffMs(attempt, RETRY, Math.random());
      logger.warn('task step failed', { phase: this.step, code, attempt, waitMs, err: error });
      steps.trouble(error);
      await clock.sleep(waitMs, signal);
      return;
    }
    logger.error('task halted', { phase: this.step, code, err: error });
    this.halted = true;
    await steps.halt(error);
  }
}
