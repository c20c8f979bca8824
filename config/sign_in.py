"""How people sign in: settings of Django and django-allauth that no installation changes."""

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupName"
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a new password or address is told to the address known before
ACCOUNT_FORMS = {
    "add_email": "accounts.sign_in_forms.AddMail",
    "change_password": "accounts.sign_in_forms.ChangePassword",
    "confirm_login_code": "accounts.sign_in_forms.TellCode",
    "login": "accounts.sign_in_forms.SignIn",
    "reauthenticate": "accounts.sign_in_forms.PasswordAgain",
    "request_login_code": "accounts.sign_in_forms.AskForCode",
    "reset_password": "accounts.sign_in_forms.AskForNewPassword",
    "reset_password_from_key": "accounts.sign_in_forms.NewPassword",
    "set_password": "accounts.sign_in_forms.FirstPassword",
    "signup": "accounts.sign_in_forms.SignUp",
}
MFA_FORMS = {
    "activate_totp": "accounts.sign_in_forms.NewAuthenticator",
    "authenticate": "accounts.sign_in_forms.SecondStep",
    "reauthenticate": "accounts.sign_in_forms.SecondStepAgain",
}
# Guesses and mails are counted in rows (accounts.actions.tries); the library's counts are each process's own.
ACCOUNT_RATE_LIMITS: dict[str, str | None] = dict.fromkeys(
    ("login", "login_failed", "reauthenticate", "change_password", "reset_password", "request_login_code")
)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
USERSESSIONS_TRACK_ACTIVITY = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:landing"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
