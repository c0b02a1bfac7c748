# The program with everything that it needs, as a user without rights.   docker build -t steadycast .
FROM node:22-bookworm-slim AS viewer
WORKDIR /build
COPY frontend frontend
COPY docs/openapi.json docs/openapi.json
RUN npm --prefix frontend ci --no-audit --no-fund && npm --prefix frontend run --silent build

FROM rust:1-bookworm AS program
RUN apt-get update && apt-get install -y --no-install-recommends \
        libopencv-dev libavformat-dev libavcodec-dev libavfilter-dev libswscale-dev \
        clang libclang-dev cmake nasm pkg-config make g++ \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
COPY --from=viewer /build/frontend/dist frontend/dist
RUN cargo build --release --locked && strip --strip-debug target/release/steadycast

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
        libopencv-videoio406 libopencv-imgcodecs406 libavformat59 libavcodec59 libavfilter8 libswscale6 \
        ca-certificates tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /var/lib/steadycast --create-home --groups video steadycast
COPY --from=program /build/target/release/steadycast /usr/bin/steadycast
USER steadycast
WORKDIR /var/lib/steadycast
VOLUME /var/lib/steadycast
EXPOSE 6732
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["steadycast", "health"]
CMD ["steadycast", "serve"]
