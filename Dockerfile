# One image for the four services; the command names the service.
ARG NODE_IMAGE=node:24-bookworm-slim
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json tsconfig.base.json prisma.config.ts* ./
COPY prisma prisma
COPY libs libs
COPY apps apps
COPY tools tools
COPY e2e e2e
RUN --mount=type=cache,target=/root/.npm node tools/launch/launch.mjs build
# Again, without what only builds and tests need.
RUN --mount=type=cache,target=/root/.npm \
  rm -rf node_modules libs/*/node_modules apps/*/node_modules \
  && npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
    --workspace=apps/task-api --workspace=apps/changefeed --workspace=apps/encoder --workspace=apps/writer

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/prisma prisma
COPY --from=build /app/libs libs
COPY --from=build /app/apps apps
COPY tools/containers/create-bucket.mjs tools/containers/
USER node
ENTRYPOINT ["node", "--enable-source-maps"]
