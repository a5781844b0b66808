"""Where a browser may be sent."""

from django.contrib.auth import decorators, views
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme

from fields import boolean, either, listing, mapping_of, one_of, optional, text
from project import LOGIN_REDIRECT_URL, LOGIN_URL, change, request_of

from .registry import operation


def redirect_of(response):
    return {"status": response.status_code, "location": response["Location"]}


@operation(next=text, login_url=text, redirect_field_name=optional(text, "next"))
def redirect_to_login(next, login_url, redirect_field_name):
    change(LOGIN_URL=LOGIN_URL)
    return redirect_of(views.redirect_to_login(next, login_url, redirect_field_name))


@operation(
    path=text, host=optional(text, "testserver"), secure=optional(boolean, False), login_url=optional(text, None),
    LOGIN_URL=optional(text, LOGIN_URL), redirect_field_name=optional(text, "next"),
)
def login_required(path, host, secure, login_url, LOGIN_URL, redirect_field_name):
    change(LOGIN_URL=LOGIN_URL)
    request = request_of(path, host, secure)
    request.user = AnonymousUser()
    view = decorators.login_required(
        lambda request: HttpResponse(), redirect_field_name=redirect_field_name, login_url=login_url
    )
    return redirect_of(view(request))


@operation(
    path=text, host=optional(text, "testserver"), secure=optional(boolean, False),
    method=optional(one_of("GET", "POST"), "GET"), post=optional(mapping_of(text), None),
    next_page=optional(text, None), LOGIN_REDIRECT_URL=optional(text, LOGIN_REDIRECT_URL),
    redirect_field_name=optional(text, "next"), success_url_allowed_hosts=optional(listing(text), []),
)
def login_success_url(
    path, host, secure, method, post, next_page, LOGIN_REDIRECT_URL, redirect_field_name, success_url_allowed_hosts
):
    change(LOGIN_REDIRECT_URL=LOGIN_REDIRECT_URL)
    view = views.LoginView(
        next_page=next_page,
        redirect_field_name=redirect_field_name,
        success_url_allowed_hosts=set(success_url_allowed_hosts),
    )
    view.setup(request_of(path, host, secure, method, post))
    return view.get_success_url()


@operation(
    "url_has_allowed_host_and_scheme",
    url=either(text, None), allowed_hosts=either(listing(text), text, None), require_https=optional(boolean, False),
)
def is_allowed_url(url, allowed_hosts, require_https):
    return url_has_allowed_host_and_scheme(url, allowed_hosts, require_https=require_https)


@operation("iri_to_uri", iri=text)
def uri_of_iri(iri):
    return iri_to_uri(iri)
