# One image for every process of Homeward; `scripts/run.sh <name>` says which one a container is.
# Packages come from the lock file by hash, the processes run as a plain user and write to /data and /tmp only.

FROM python:3.12-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements/base.txt /tmp/base.txt
RUN /opt/venv/bin/pip install --require-hashes --prefer-binary -r /tmp/base.txt

FROM python:3.12-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DEBUG=off \
    HOMEWARD_LOCAL_DIR=/data \
    NUMBA_CACHE_DIR=/data/numba \
    STATIC_ROOT=/app/staticfiles
RUN useradd --system --uid 10001 --create-home homeward && install -d -o homeward -g homeward /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
# Settings ask for keys that collecting files does not use; they live for this one line.
RUN SECRET_KEY=only-for-collecting-static-files SEAL_KEYS=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    python manage.py collectstatic --no-input
USER homeward
# The engine is compiled here, so that no worker waits for it: a new volume starts with what the image holds. A host
# with another processor, or an older volume, compiles once when its worker starts.
RUN python -c "from dispatch.engine.solve import warm_up; warm_up()"
VOLUME /data
EXPOSE 8000 8001
CMD ["scripts/run.sh", "web"]
