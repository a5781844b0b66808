"""A Django site on a given database: the independent judge of the tables and rows that djauth writes.

    site_under_test.py DATABASE USER_MODEL COMMAND [ARGUMENT]
"""

import datetime
import json
import sys

import django
from django.conf import settings
from django.core.management import call_command

database, user_model, command, *arguments = sys.argv[1:]
settings.configure(
    SECRET_KEY="a key for tests that signs nothing of value",
    SESSION_ENGINE="django.contrib.sessions.backends.db",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"]
    + (["accounts"] if user_model.startswith("accounts.") else []),
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
    AUTH_USER_MODEL=user_model,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

from django.contrib.auth import get_user, get_user_model, login, logout  # noqa: E402
from django.contrib.auth.models import Group, Permission  # noqa: E402
from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest  # noqa: E402

JOINED = datetime.datetime(2025, 3, 1, 12, 0, 0, 250000, tzinfo=datetime.timezone.utc)


def migrate():
    """Creates the tables as Django does."""
    call_command("migrate", run_syncdb=True, verbosity=0)


def adopt():
    """Takes over tables that djauth made, and asks Django whether anything is left to do."""
    before = rows()
    ours = ["contenttypes", "auth"]
    if "django_session" in connection.introspection.table_names():
        ours.append("sessions")
    for app in ours:
        call_command("migrate", app, fake=True, verbosity=0)
    call_command("migrate", verbosity=0)
    call_command("migrate", check_unapplied=True, verbosity=0)
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
    assert rows() == before, (before, rows())


def rows():
    content_types = ContentType.objects.values_list("app_label", "model")
    permissions = Permission.objects.values_list("content_type__app_label", "codename", "name")
    return sorted(content_types), sorted(permissions)


def describe():
    """Prints what Django's introspection sees of every table of users, groups and permissions, or of sessions."""
    models = [Session] if arguments == ["sessions"] else [ContentType, Permission, Group, get_user_model()]
    links = [field.remote_field.through for model in models for field in model._meta.local_many_to_many]
    seen = {}
    with connection.cursor() as cursor:
        for table in sorted(model._meta.db_table for model in models + links):
            columns = connection.introspection.get_table_description(cursor, table)
            constraints = connection.introspection.get_constraints(cursor, table)
            seen[table] = [sorted(map(list, columns), key=str), constraints]
    print(json.dumps(seen, sort_keys=True, default=str))


def create():
    """Adds a user, a group and grants."""
    user = get_user_model().objects.create_user("grace", "Grace@Example.COM", None)
    user.date_joined = JOINED
    user.last_login = JOINED.replace(microsecond=0)
    user.save()
    group = Group.objects.create(name="Authors")
    group.permissions.add(permission("auth", "add_group"))
    user.groups.add(group)
    user.user_permissions.add(permission("auth", "view_user"), permission("sessions", "view_session"))


def permission(app_label, codename):
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)


def show():
    """Prints a user as the ORM and `has_perm` see them."""
    user = get_user_model().objects.get_by_natural_key(arguments[0])
    assert all(user.has_perm(name) for name in user.get_all_permissions())
    columns = {
        field.attname: getattr(user, field.attname)
        for field in user._meta.concrete_fields
        if not isinstance(getattr(user, field.attname), bytes)
    }
    shown = {
        "columns": columns,
        "groups": sorted(group.name for group in user.groups.all()),
        "permissions": sorted(user.get_all_permissions()),
        "recent": get_user_model().objects.filter(last_login__gte=JOINED - datetime.timedelta(days=1)).count(),
    }
    print(json.dumps(shown, sort_keys=True, default=str))


def request_with(session_key=None):
    """Returns a request as the session middleware leaves it."""
    request = HttpRequest()
    request.session = SessionStore(session_key)
    return request


def set_password():
    """Gives the user of `create` a password, without which there is no session hash to speak of."""
    user = get_user_model().objects.get_by_natural_key("grace")
    user.set_password("correct horse battery staple")
    user.save()


def log_in():
    """Logs a user in, puts something into their cart, and prints the session's key."""
    request = request_with()
    user = get_user_model().objects.get_by_natural_key(arguments[0])
    login(request, user, "django.contrib.auth.backends.ModelBackend")
    request.session["cart"] = [7]
    request.session.save()
    print(request.session.session_key)


def who():
    """Prints whose session this is, and their cart."""
    request = request_with(arguments[0])
    print(get_user(request).get_username(), request.session.get("cart"))


def log_out():
    """Logs the user of a session out."""
    request = request_with(arguments[0])
    request.user = get_user(request)
    logout(request)


globals()[command]()
