# The service in a small image. To try it out, on this machine alone:
#   docker build -t tenantry .
#   docker run -p 127.0.0.1:8080:8080 -e TENANTRY_SERVER_DEVELOPMENT_PEERS=172.17.0.1 -v tenantry:/data tenantry
# 172.17.0.1 is the gateway of Docker's usual network: where requests of your own machine come from. It alone may open the
# mailbox page with the codes; without it, and without mail by SMTP, the service says what is missing and doesn't start.
FROM rust:1-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends build-essential && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cargo build --release --locked --package tenantry

FROM debian:bookworm-slim
# Certificates of the authorities that mail servers and other neighbours show.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin tenantry \
 && install -d -o tenantry -g tenantry -m 0700 /data
COPY --from=build /src/target/release/tenantry /usr/local/bin/tenantry
COPY LICENSE /usr/share/doc/tenantry/LICENSE
COPY docs/configuration.md /usr/share/doc/tenantry/configuration.md
USER 10001:10001
WORKDIR /data
VOLUME /data
# Inside, every address is listened on; what is reached from outside is for `docker run -p` to say. In earnest set
# TENANTRY_SERVER_PUBLIC_URL, TENANTRY_MAIL_TRANSPORT=smtp and TENANTRY_MAIL_SMTP_URL instead of development peers.
ENV TENANTRY_SERVER_LISTEN=0.0.0.0:8080 \
    TENANTRY_DATABASE_URL=sqlite:/data/tenantry.db \
    TENANTRY_SECRETS_KEY_FILE=/data/master.key
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["tenantry"]
CMD ["serve"]
