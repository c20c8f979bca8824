"""Where every page hangs."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

import dispatch.urls
import drivers.urls
import orders.urls
import payouts.urls
from config.health import alive, ready
from config.own_pages import favicon, robots

portal = dispatch.urls.portal + drivers.urls.portal + payouts.urls.portal

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", alive, name="alive"),
    path("readyz", ready, name="ready"),
    path("robots.txt", robots, name="robots"),
    path("favicon.ico", favicon, name="favicon"),
    path("", include((orders.urls.shop, "shop"))),
    path("orders/", include((dispatch.urls.track, "track"))),
    path("webhooks/", include((orders.urls.webhooks_in, "webhooks"))),
    path("drive/", include((portal, "portal"))),
    path("ops/", include((dispatch.urls.ops, "ops"))),
    path("firm/", include((payouts.urls.firm, "firm"))),
    path("admin/", admin.site.urls),
    path("account/", include("allauth.urls")),
    path("account/", include("accounts.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include((dispatch.urls.api, "api"))),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
]
if settings.DEBUG:
    urlpatterns += [path("look/", include("common.views_look")), path("outbox/", include("common.views_outbox"))]
