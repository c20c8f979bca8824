"""Every setting of Homeward, read from the environment once, typed.

Each variable is documented in `.env.example`. Without any, Homeward runs as a demo on this machine.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
import environ

from config.api_settings import DRF_STANDARDIZED_ERRORS, REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401
from config.beat import beat_schedule
from config.content_policy import ADMIN_CONTENT_SECURITY_POLICY, content_policy  # noqa: F401  # ours: common.http
from config.logs import log_to_console
from config.safety import DEMO_HOSTS, DEMO_SEAL_KEY, DEMO_SECRET_KEY
from config.sign_in import *  # noqa: F403
from config.unfold import UNFOLD  # noqa: F401  # read by django-unfold

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# The demo and the tests set this empty: `.env` describes a real installation, and they must never touch its data.
ENV_FILE: str = env.str("HOMEWARD_ENV_FILE", default=str(BASE_DIR / ".env"))
if ENV_FILE and Path(ENV_FILE).is_file():
    env.read_env(ENV_FILE)

# --- The installation -----------------------------------------------------------------------------------------------
# Without a word it is a demo, with keys everybody knows: config.safety keeps such a one at home.
DEBUG: bool = env.bool("DEBUG", default=True)
SECRET_KEY: str = env.str("SECRET_KEY", default=DEMO_SECRET_KEY if DEBUG else "")
SEAL_KEYS: list[str] = env.list("SEAL_KEYS", default=[DEMO_SEAL_KEY] if DEBUG else [])
BASE_URL: str = env.str("BASE_URL", default="http://localhost:8000")
EVENTS_URL: str = env.str("EVENTS_URL", default="")
BASEMAP_URL: str = env.str("BASEMAP_URL", default="")
LOCAL_DIR = Path(env.str("HOMEWARD_LOCAL_DIR", default=str(BASE_DIR / ".local")))
_own_host = urlsplit(BASE_URL).hostname or ""
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[_own_host, *(DEMO_HOSTS if DEBUG else [])])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[BASE_URL])

# Compiling the dispatch engine takes a minute of processor time, once. A demo and the tests have small markets and no
# such minute: they run the same functions uncompiled. The compiler reads this as it is imported, so it stands here.
ENGINE_COMPILED: bool = env.bool("ENGINE_COMPILED", default=not DEBUG)
if not ENGINE_COMPILED:
    os.environ.setdefault("NUMBA_DISABLE_JIT", "1")

# --- Django ---------------------------------------------------------------------------------------------------------
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "config.admin_app.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "pgtrigger",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "csp",
    "django_structlog",
    "config",
    "common",
    "events",
    "accounts",
    "ledger",
    "stores",
    "drivers",
    "orders",
    "payouts",
    "dispatch",
]

OWN_PAGES = "config.own_pages.OwnPagesMiddleware"  # with DEBUG on; DEBUG_PAGES=on shows Django's tracebacks instead
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.http.TextGZipMiddleware",
    "common.parents.ParentPageMiddleware",
    "common.trouble.DatabaseTroubleMiddleware",
    "common.private.PrivatePagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "common.http.AdminPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "common.trouble.WhoIsThereMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "common.http.HostileInputMiddleware",
]
if DEBUG and not env.bool("DEBUG_PAGES", default=False):
    MIDDLEWARE.insert(MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware") + 1, OWN_PAGES)

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "common.templatetags.homeward",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
                "config.context.roles",
            ],
        },
    }
]
COTTON_DIR = "components"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# --- Data -----------------------------------------------------------------------------------------------------------
# What web, workers and beat connect as owns nothing and can rewrite no books; what migrates owns the tables. Compose,
# the demo and the tests have both; where DATABASE_OWNER_URL is not set, one role does everything, and doctor says so.
APP_DATABASE: dict[str, Any] = env.db("DATABASE_URL", default="postgres://homeward@127.0.0.1:5432/homeward")
OWNER_DATABASE: dict[str, Any] = env.db("DATABASE_OWNER_URL") if env.str("DATABASE_OWNER_URL", "") else APP_DATABASE
DATABASES: dict[str, Any] = {"default": dict(OWNER_DATABASE if env.bool("HOMEWARD_AS_OWNER", False) else APP_DATABASE)}
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {"options": "-c lock_timeout=3s -c statement_timeout=15s -c timezone=UTC", "connect_timeout": 5},
    "TEST": {"NAME": env.str("TEST_DATABASE_NAME", default="test_homeward")},
}
REDIS_URL: str = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
# Sessions live in PostgreSQL: an empty or absent Redis must sign nobody out (R6).
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(LOCAL_DIR / "media"))
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

# --- Time and language ----------------------------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]

# --- Static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
# Whether `collectstatic` has run, as in production and in the demo: then every file is compressed and kept for ever.
STATIC_BUILT: bool = env.bool("STATIC_BUILT", default=not DEBUG)
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "config.static_files.BuiltStaticFiles"
        if STATIC_BUILT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not STATIC_BUILT
WHITENOISE_MAX_AGE = 3_600 if STATIC_BUILT else 0

# --- Mail -----------------------------------------------------------------------------------------------------------
EMAIL_CONFIG: dict[str, Any] = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="Homeward <hello@homeward.example>")
# The grocer's name, as subjects of mails say it.
SITE_NAME: str = env.str("SITE_NAME", default="Homeward")
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "

# --- Browser strictness ---------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = content_policy(connect=[url for url in (EVENTS_URL, BASEMAP_URL) if url])
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
_behind_proxy = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _behind_proxy else None
# The last X-Forwarded-For is the proxy's word; what stands before it anybody can claim.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _behind_proxy else 0
_https = not DEBUG and BASE_URL.startswith("https://")
SECURE_SSL_REDIRECT: bool = env.bool("SECURE_SSL_REDIRECT", default=_https)
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# --- Background work ------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker outlives any absence of Redis
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "max_retries": 0,  # a sender does not wait for a broker that is away: the sweeps find what it meant
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 45
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = ("config.queues.queue_of",)
CELERY_BEAT_SCHEDULE = beat_schedule(dispatch_every_seconds=env.int("DISPATCH_EVERY_SECONDS", default=3))
CELERY_BEAT_SCHEDULE_FILENAME = str(LOCAL_DIR / "beat-schedule")

# --- Providers: each names a class that keeps the Protocol beside it ----------------------------------------------
PAYMENTS_PROVIDER: str = env.str("PAYMENTS_PROVIDER", default="providers.payments.builtin.BuiltinPayments")
PAYMENTS_OPTIONS: dict[str, Any] = env.json("PAYMENTS_OPTIONS", default={"state_dir": str(LOCAL_DIR / "payments")})
ROUTING_PROVIDER: str = env.str("ROUTING_PROVIDER", default="builtin")  # or graph, osrm, valhalla
ROUTING_GRAPH: str = env.str("ROUTING_GRAPH", default="")  # the file that graph reads
# What build_roads taught the estimator; made beside the file of roads. Absent: a formula for a middle-sized US metro.
ROUTING_PROFILE: str = env.str(
    "ROUTING_PROFILE", default=f"{(ROUTING_GRAPH or str(LOCAL_DIR / 'roads.npz')).removesuffix('.npz')}.profile.npz"
)
ROUTING_URL: str = env.str("ROUTING_URL", default="")  # where osrm-routed or valhalla_service listens
ROUTING_BUDGET_SECONDS: float = env.float("ROUTING_BUDGET_SECONDS", default=2.0)  # then a drive is estimated
DISPATCH_SOLVE_SECONDS: float = env.float("DISPATCH_SOLVE_SECONDS", default=1.0 if ENGINE_COMPILED else 0.2)
DISPATCH_SOLVE_MOST: float = env.float("DISPATCH_SOLVE_MOST", default=10.0)  # seconds, for the largest markets
DISPATCH_SOLVE_WORKERS: int = env.int("DISPATCH_SOLVE_WORKERS", default=2)
DISPATCH_QUEUES: int = env.int("DISPATCH_QUEUES", default=1)  # that markets are spread over, see config.queues
DISPATCH_SPLIT_FROM: int = env.int("DISPATCH_SPLIT_FROM", default=3_000)
GEOCODING_PROVIDER: str = env.str("GEOCODING_PROVIDER", default="providers.geocoding.builtin.BuiltinGeocoding")
GEOCODING_OPTIONS: dict[str, Any] = env.json("GEOCODING_OPTIONS", default={})

# --- What is kept how long: config.retention says why, and what is never pruned ---------------------------------------
KEEP_EVENTS_DAYS: int = env.int("KEEP_EVENTS_DAYS", default=90)
KEEP_CYCLES_DAYS: int = env.int("KEEP_CYCLES_DAYS", default=30)
KEEP_FAILED_CYCLES_DAYS: int = env.int("KEEP_FAILED_CYCLES_DAYS", default=180)
KEEP_CONSIDERATIONS_DAYS: int = env.int("KEEP_CONSIDERATIONS_DAYS", default=90)
KEEP_COMMANDS_DAYS: int = env.int("KEEP_COMMANDS_DAYS", default=30)
KEEP_ALARMS_DAYS: int = env.int("KEEP_ALARMS_DAYS", default=180)
KEEP_BASKETS_DAYS: int = env.int("KEEP_BASKETS_DAYS", default=90)
KEEP_POSITIONS_DAYS: int = env.int("KEEP_POSITIONS_DAYS", default=1)

# --- Logs -----------------------------------------------------------------------------------------------------------
LOGGING = log_to_console(level=env.str("LOG_LEVEL", default="INFO"))
