"""Masked tokens, and where a form comes from."""

from django.middleware import csrf

from fields import boolean, either, listing, optional, text
from project import change, request_of

from .registry import operation

SECRET = "ReferenceSecretOf32Characters012"


@operation(secret=text, mask=text)
def csrf_mask(secret, mask):
    csrf._get_new_csrf_string = lambda: mask
    return csrf._mask_cipher_secret(secret)


@operation(token=text)
def csrf_unmask(token):
    return csrf._unmask_cipher_token(token)


class CsrfCheck(csrf.CsrfViewMiddleware):
    """The middleware, answering with the reason instead of a page."""

    def __init__(self):
        super().__init__(lambda request: None)

    def _reject(self, request, reason):
        return reason


@operation(cookie=text, token=text)
def csrf_token_check(cookie, token):
    # The middleware's own steps, without its rule that an empty form field means "look at the header".
    try:
        csrf._check_token_format(cookie)
    except csrf.InvalidTokenFormat as error:
        return f"CSRF cookie {error.reason}."
    secret = csrf._unmask_cipher_token(cookie) if len(cookie) == csrf.CSRF_TOKEN_LENGTH else cookie
    try:
        csrf._check_token_format(token)
    except csrf.InvalidTokenFormat as error:
        return CsrfCheck()._bad_token_message(error.reason, "POST")
    if not csrf._does_token_match(token, secret):
        return CsrfCheck()._bad_token_message("incorrect", "POST")
    return "ok"


@operation(
    host=text, secure=boolean, origin=optional(either(text, None), None), referer=optional(either(text, None), None),
    trusted_origins=optional(listing(text), []), cookie_domain=optional(either(text, None), None),
    allowed_hosts=optional(listing(text), ["*"]),
)
def csrf_origin(host, secure, origin, referer, trusted_origins, cookie_domain, allowed_hosts):
    change(CSRF_TRUSTED_ORIGINS=trusted_origins, CSRF_COOKIE_DOMAIN=cookie_domain, ALLOWED_HOSTS=allowed_hosts)
    try:
        headers = {"HTTP_ORIGIN": origin, "HTTP_REFERER": referer}
        request = request_of("/", host, secure, "POST", {"csrfmiddlewaretoken": SECRET})
        request.META.update({name: value for name, value in headers.items() if value is not None})
        request.COOKIES = {"csrftoken": SECRET}
        check = CsrfCheck()
        check.process_request(request)
        return check.process_view(request, lambda request: None, (), {})
    finally:
        change(ALLOWED_HOSTS=["*"])
