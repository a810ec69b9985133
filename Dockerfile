# One image for the four services; the command names the service.
ARG NODE_IMAGE=node:24-bookworm-slim

# What decides on packages, and nothing else: as long as it stays, so do the layers with packages.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /all
COPY . .
RUN mkdir /app && cp --parents package-lock.json .npmrc $(find . -name package.json) /app

FROM ${NODE_IMAGE} AS production
WORKDIR /app
COPY --from=manifests /app ./
RUN --mount=type=cache,target=/root/.npm,sharing=locked npm ci --omit=dev --ignore-scripts \
  --workspace=apps/task-api --workspace=apps/changefeed --workspace=apps/encoder --workspace=apps/writer

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY --from=manifests /app ./
RUN --mount=type=cache,target=/root/.npm,sharing=locked SCARF_ANALYTICS=false npm ci
COPY . .
RUN node tools/launch/launch.mjs build --production

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=production /app ./
COPY --from=build /app/prisma prisma
COPY --from=build /app/libs libs
COPY --from=build /app/apps apps
COPY tools/containers/create-bucket.mjs tools/containers/
USER node
ENTRYPOINT ["node", "--enable-source-maps"]
