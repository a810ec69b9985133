import { DeliveryError } from '@lakeferry/errors';
import type { LaneAnswer, LaneRequest } from './lane-encoder-protocol.js';
import { Lane } from './lane/lane.js';
import type { ThreadMemory } from './lane/lane-spec.js';
import { encoderMemoryBytes } from './parquet-file-writer.js';

/** The lanes of one thread. Requests are handled one after the other: call it again when it resolved. */
export class LaneEncoder {
  private readonly lanes = new Map<string, Lane>();

  async handle(request: LaneRequest): Promise<LaneAnswer> {
    switch (request.kind) {
      case 'openLane':
        await this.close(request.lane);
        this.lanes.set(request.lane, new Lane(request.spec, request.recovery));
        return undefined;
      case 'reconfigureLane':
        return this.lane(request.lane).reconfigure(request.spec) as undefined;
      case 'append':
        return this.lane(request.lane).append(new Uint8Array(request.buffer), request.records);
      case 'seal':
        return this.lane(request.lane).seal(request.prefix);
      case 'discard':
        return (await this.lane(request.lane).discard(request.prefix)) as undefined;
      case 'closeLane':
        await this.close(request.lane);
        return undefined;
      case 'memory':
        return this.memory();
      default:
        return request satisfies never;
    }
  }

  private async close(name: string): Promise<void> {
    const lane = this.lanes.get(name);
    this.lanes.delete(name);
    await lane?.discard();
  }

  private lane(name: string): Lane {
    const lane = this.lanes.get(name);
    if (lane === undefined) {
      throw new DeliveryError('NOT_FOUND', 'the encoder has no such lane', {
        context: { lane: name },
      });
    }
    return lane;
  }

  private memory(): ThreadMemory {
    let openFiles = 0;
    let builderBytes = 0;
    let encodedBytes = 0;
    for (const lane of this.lanes.values()) {
      const memory = lane.memory();
      openFiles += memory.openFiles;
      builderBytes += memory.builderBytes;
      encodedBytes += memory.encodedBytes;
    }
    return { openFiles, builderBytes, encodedBytes, wasmBytes: encoderMemoryBytes() };
  }
}
