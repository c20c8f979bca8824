"""Addresses of money: the driver's earnings and the firm's desk."""

from django.urls import URLPattern, path

from payouts.views import account, earnings
from payouts.views import firm as desk

portal: list[URLPattern] = [
    path("earnings/", earnings.earnings, name="earnings"),
    path("earnings/account/", account.account, name="payout_account"),
    path("earnings/account/<uuid:public_id>/", account.code, name="account_code"),
    path("earnings/account/not-me/<str:token>/", account.disown, name="account_disown"),
    path("statements/<uuid:public_id>/", earnings.statement, name="statement"),
    path("statements/<uuid:public_id>/statement.csv", earnings.statement_as_csv, name="statement_csv"),
    path("statements/<uuid:public_id>/statement.pdf", earnings.statement_as_pdf, name="statement_pdf"),
]
firm: list[URLPattern] = [
    path("", desk.home, name="home"),
    path("firms/", desk.choose, name="choose"),
    path("close/", desk.close, name="close"),
    path("returns/", desk.returns, name="returns"),
    path("settlements/<uuid:public_id>/", desk.settlement, name="settlement"),
    path("settlements/<uuid:public_id>/approve/", desk.approve, name="approve"),
    path("settlements/<uuid:public_id>/send/", desk.send, name="send"),
    path("settlements/<uuid:public_id>/settle/", desk.settle, name="settle"),
    path("settlements/<uuid:public_id>/bank-file/", desk.bank_file, name="bank_file"),
    path("statements/<uuid:public_id>/", desk.statement, name="statement"),
    path("statements/<uuid:public_id>/statement.csv", desk.statement_as_csv, name="statement_csv"),
    path("statements/<uuid:public_id>/statement.pdf", desk.statement_as_pdf, name="statement_pdf"),
]
