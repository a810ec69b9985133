import { openKafka } from '@lakeferry/kafka';
import { Readiness, silentLogger } from '@lakeferry/observability';
import { EncoderPipeline, type EncoderPipelineOptions } from '../encoder.pipeline.js';

/** What the process is told, as JSON in its first argument. */
export interface EncoderProcessOptions {
  readonly brokers: readonly string[];
  readonly config: EncoderPipelineOptions['config'];
  readonly globalTopics: { readonly tasks: string; readonly status: string };
}

/** An encoder in a process of its own, for tests that kill it. */
const { brokers, config, globalTopics } = JSON.parse(
  process.argv[2] ?? '',
) as EncoderProcessOptions;
const pipeline = new EncoderPipeline({
  config,
  kafka: openKafka({ brokers, clientId: 'lakeferry-test', logger: silentLogger }),
  logger: silentLogger,
  readiness: new Readiness(),
  onCrash: (error) => {
    console.error(error);
    process.exit(1);
  },
  globalTopics,
});
await pipeline.start();
