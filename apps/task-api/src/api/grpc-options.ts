import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Server } from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { Transport, type GrpcOptions } from '@nestjs/microservices';
import { HealthImplementation } from 'grpc-health-check';

const PACKAGE = 'lakeferry.v1';
const require = createRequire(import.meta.url);
/** `proto/` of the contracts, which stands beside their manifest. */
const PROTO_FOLDER = join(dirname(dirname(require.resolve('@lakeferry/contracts'))), 'proto');

/** The gRPC server: our service, reflection, and the standard health service. */
export function grpcOptions(address: string): GrpcOptions {
  return {
    transport: Transport.GRPC,
    options: {
      url: address,
      package: PACKAGE,
      protoPath: join('lakeferry', 'v1', 'delivery.proto'),
      gracefulShutdown: true,
      // Field names as they are written; absent fields stay absent; 64-bit integers keep all digits.
      loader: {
        keepCase: true,
        longs: String,
        enums: String,
        oneofs: true,
        includeDirs: [PROTO_FOLDER],
      },
      onLoadPackageDefinition: (definition: PackageDefinition, server: Server) => {
        new ReflectionService(definition).addToServer(server);
        new HealthImplementation({
          '': 'SERVING',
          [`${PACKAGE}.DeliveryService`]: 'SERVING',
        }).addToServer(server);
      },
    },
  };
}
