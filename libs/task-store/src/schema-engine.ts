import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { PrismaPg } from '@prisma/adapter-pg';

type Bindings = typeof import('@prisma/schema-engine-wasm/schema_engine_bg') & {
  __wbg_set_wasm(exports: WasmExports): void;
};

type WasmExports = Readonly<Record<string, () => void>>;
/** What is used of it; its types come with the DOM library only. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Readonly<Record<string, object>>,
  ): Promise<{ instance: { exports: WasmExports } }>;
};

/** The schema engine with the connections that it opened. */
export interface OpenSchemaEngine {
  readonly engine: SchemaEngine;
  /** Ends its pools. */
  close(): Promise<void>;
}

/**
 * The schema engine in this process: its command line downloads a binary, which fails where there is
 * no way out.
 */
export async function openSchemaEngine(url: string, schema: string): Promise<OpenSchemaEngine> {
  loaded ??= loadBindings();
  const bindings = await loaded;
  const pools: Awaited<ReturnType<PrismaPg['connect']>>[] = [];
  const pg = new PrismaPg({ connectionString: url });
  const connect = async () => {
    const pool = await pg.connect();
    pools.push(pool);
    return pool;
  };
  const { adapterName } = pg;
  const factory = {
    provider: 'postgres',
    adapterName,
    connect,
    connectToShadowDb: connect,
  } as const;
  const engine = await bindings.SchemaEngine.new(
    { datamodels: [['schema.prisma', schema]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(factory),
  );
  const close = async () => {
    engine.free();
    await Promise.all(pools.map((pool) => pool.dispose()));
  };
  return { engine, close };
}

/** The engine leaves the timer of its own lock behind, which would keep the process alive for 10 s. */
function withIdleTimers(bindings: Bindings): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries<unknown>({ ...bindings }).map(([name, binding]): [string, unknown] =>
      name.startsWith('__wbg_setTimeout')
        ? [name, (run: () => void, ms: number) => setTimeout(run, ms).unref()]
        : [name, binding],
    ),
  );
}

/** The bindings know one WebAssembly instance: a second one would take the memory from under the first. */
let loaded: Promise<Bindings> | undefined;

async function loadBindings(): Promise<Bindings> {
  const bindings = (await import('@prisma/schema-engine-wasm/schema_engine_bg')) as Bindings;
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('@prisma/schema-engine-wasm/schema_engine_bg'));
  const bytes = await readFile(join(folder, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, {
    './schema_engine_bg.js': withIdleTimers(bindings),
  });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports['__wbindgen_start']?.();
  return bindings;
}
