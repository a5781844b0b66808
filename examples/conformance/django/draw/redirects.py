"""Targets that want to leave the site, and login URLs of every shape."""

import re
from urllib.parse import quote, unquote, urlsplit, uses_netloc

from .csrf import host

HOSTS = ["safe.test", "safe.test:444", "testserver", "evil.test", "shop.test", "SAFE.test", "user@safe.test", "safe.test.", "bücher.example"]
SCHEMES = [
    "http", "https", "HTTPS", "ftp", "javascript", "data", "tel", "mailto", "ws", "file", "h\tttp", "ht-tp", "1http", "", "http+x", "ſcheme",
    "vbscript", "about", "https ",
]
PATHS = ["", "/", "/a/", "/a b", "/é", "/%2e%2e/", "/a?x=1&next=/y/", "?q=1", "#f", "/a#b?c", "/;p=1", "//x", "/a//b", "/\\x", "/\u2028", "/%zz", "/?"]
NAMES = [
    "login", "logout", "password_change", "password_change_done", "password_reset", "password_reset_done", "password_reset_complete",
    "password_reset_confirm", "nosuchname", "Login", "admin:index", "a:b", "login ", "é", "",
]


def url(source):
    scheme, host = source.choice(SCHEMES), source.choice(HOSTS)
    slashes = source.pick("//", "//", "/", "", "///", "\\\\", "/\\", "\\/", "/\t/", "/\n/", "////", "//\\", "/ /")
    prefix = source.pick("", "", "", " ", "\t", "\n", "\x00", "\x1f", "\x7f", "\x85", "\xa0", "\u2003", "\u200b", "\ufeff", "\u3000", "\xad", "\ue000", "\U000e0001", "\\")
    whole = f"{prefix}{scheme}{':' if scheme or source.chance(0.3) else ''}{slashes}{host}{source.choice(PATHS)}"
    return source.choices(
        [
            whole,
            f"{slashes}{host}{source.choice(PATHS)}",
            source.choice(PATHS),
            source.mutate(whole),
            source.mutate(whole, "/\\:@?#[] .\t\r\n%"),
            f"{scheme}://{source.text()}{source.choice(PATHS)}",
            f"//safe.test{source.choice('／？＃＠：．℀℆ª%')}.evil.test",
            f"{scheme}://{source.pick('[::1]', '[::1', '::1]', '[::1]:444', 'a[::1]', ']x[', 'x]')}/",
            f"{scheme}:{host}",
            source.pick("a", "/") * source.pick(2046, 2047, 2048, 2049) + source.pick("", "é"),
            "/" + "a" * source.pick(2046, 2047, 2048),
            source.text(),
        ],
        [8, 4, 4, 3, 3, 1, 1, 1, 1, 0.3, 0.3, 2],
    )[0]


def allowed(source):
    return source.choices(
        [[source.choice(HOSTS) for _ in range(source.randrange(4))], source.choice(HOSTS), None, source.text(), ["[::1]", "[::1]:444"], ["", "*"]],
        [8, 3, 1, 1, 1, 1],
    )[0]


def is_allowed(source):
    target = url(source)
    hosts = allowed(source)
    if source.chance(0.3) and isinstance(hosts, list):
        hosts.append(urlsplit_or_nothing(target))
    fields = {"url": target if source.chance(0.98) else None, "allowed_hosts": hosts}
    return fields | source.some(require_https=source.chance(0.5))


def urlsplit_or_nothing(target):
    try:
        return urlsplit(target.strip()).netloc
    except ValueError:
        return ""


def has_plain_brackets(fields):
    """Bracketed hosts other than `[::1]` are not asked, if the brackets balance."""
    target = fields["url"] or ""
    for text in (target, target.replace("\\", "/")):
        if "[" in text and "]" in text and any(found != "::1" for found in re.findall(r"\[([^\]]*)\]", text)):
            return False
        if re.search(r"\][^\[]*\[", text):
            return False
    return True


def field_name(source):
    return source.pick("next", "next", "then", "", "a b", "é", "a&b", "=", "next[]", "%6eext", "+", source.text())


def login_url(source):
    query = "&".join(
        source.pick(f"{source.pick('a', 'b', 'next', 'é', '%C3%A9', '%ff', 'a+b', '')}{source.pick('=', '', '==')}{quote(source.text()) if source.chance(0.5) else source.word()}", "", ";x=1", "%", "a=%zz")
        for _ in range(source.randrange(5))
    )
    base = source.pick(
        "/enter/", "/accounts/login/", "enter/", "./enter", "../enter", "/é/", "http://shop.test/enter/", "https://testserver/in",
        "//shop.test/in", "http://testserver/", "HTTP://TestServer/", "/a b/", "/%41/", "/x;y", "login.html", "http://testserver:80/x",
    )
    return source.choices(
        [
            base, base + "?" + query, base + "?" + query + source.pick("#top", "#", "#é", "#a?b#c"), source.choice(NAMES), url(source),
            source.pick("tel:+1/2", "mailto:a@b.c", "javascript:alert(1)//", "ftp://x/", "ws://x/y", "data:,/", "a:b/c", "HTTPS://x.y/z", "ſ://x/"),
            source.mutate(base), source.text() + source.pick("/", ".", ""), "/" + "a" * source.pick(16300, 16384, 16385, 17000),
            "/?" + "&" * source.pick(998, 999, 1000, 1001),
            source.pick("http://[::1/", "//x]/", "https://a／b/", "//℀.test/x", "http://ª:８0/", "//a＠b/", "[/", "http://x]@y/", "/[x]/?[y]"),
        ],
        [6, 6, 4, 4, 3, 2, 2, 1, 0.2, 0.1, 1],
    )[0]


def login_url_is_asked(text):
    """Rules out `http:x`, a path that begins with `//`, and brackets in a well-formed host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return True
    if parts.scheme in uses_netloc[1:] and not parts.netloc and not parts.path.startswith("/"):
        return False
    return not parts.path.startswith("//") and "[" not in parts.netloc


def to_login(source):
    fields = {"next": source.pick("/basket/?n=2", url(source), source.text(), "/" + source.text()), "login_url": login_url(source)}
    return fields | source.some(redirect_field_name=field_name(source))


TARGET = "".join(chr(code) for code in range(33, 127) if chr(code) not in "#[]")


def request_target(source):
    def piece():
        return source.choice([
            source.word(longest=6), source.word(TARGET.replace("?", "").replace("/", ""), 6), "%C3%A9", "%FF", "%e9", "%2F", "%2f%2F", "%25", "%", "%zz", "%00",
            "%0A", "%3F", "%23", "%5B", "%5C", "%F0%9F%A6%80", "%ED%A0%80", "%C0%80", "%F0%9F", ";v=2", "a+b", "~", "%7E", "%20", "%E2%80%A8", "|", "\"", "<>", "{}", "^", "`", "\\",
        ])

    return "/" + "".join(piece() + source.pick("/", "", "") for _ in range(source.randrange(5)))


def query(source, *fields):
    parts = []
    for _ in range(source.randrange(4)):
        name = source.pick("tab", "x", "%C3%A9", "", "a+b", *fields)
        value = source.pick(source.word(), source.word(TARGET), quote(url(source), safe=source.pick("", "/:")), quote(source.text()), "%FF", "%", "a+b", "")
        parts.append(name + source.pick("=", "=", "=", "", "==") + value)
    return "?" + source.pick("&", "&", "&", ";", "&&").join(parts) if parts else source.pick("", "?")


def target_is_asked(target):
    if not re.fullmatch(r"/(?:[!-~ ]*)", target) or re.search(r"[#\[\]]", target):
        return False
    path = target.partition("?")[0]
    segments = [unquote(segment, errors="replace") for segment in unquote(path, errors="replace").split("/")]
    return not path.startswith("//") and "." not in segments and ".." not in segments


def required(source):
    own = host(source) if source.chance(0.3) else source.choice(HOSTS[:5])
    fields = {"path": request_target(source) + query(source)}
    optional = {
        "host": own, "secure": source.chance(0.5), "login_url": login_url(source), "LOGIN_URL": login_url(source),
        "redirect_field_name": field_name(source),
    }
    if source.chance(0.2):
        optional["login_url"] = f"{source.pick('http', 'https', '')}{source.pick('://', '//')}{own}/enter/"
    fields |= {key: value for key, value in optional.items() if source.chance(0.4)}
    return fields


def required_is_asked(fields):
    urls = [fields[key] for key in ("login_url", "LOGIN_URL") if key in fields]
    own = fields.get("host", "")
    return (
        target_is_asked(fields["path"]) and all(urls) and all(map(login_url_is_asked, urls)) and own.isascii()
        and (own == "" or own.isprintable())
    )


def success(source):
    field = field_name(source) if source.chance(0.3) else "next"
    fields = {"path": request_target(source) + query(source, quote(field), quote(field))}
    if source.chance(0.4):
        fields["path"] = f"/login/?{quote(field)}={quote(url(source), safe=source.pick('', '/:?&='))}"
    optional = {
        "host": host(source) if source.chance(0.2) else source.choice(HOSTS[:5]),
        "secure": source.chance(0.5),
        "next_page": source.choice(NAMES) if source.chance(0.4) else login_url(source),
        "LOGIN_REDIRECT_URL": source.choice(NAMES) if source.chance(0.4) else login_url(source),
        "success_url_allowed_hosts": [source.choice(HOSTS) for _ in range(source.randrange(3))],
    }
    fields |= {key: value for key, value in optional.items() if source.chance(0.4)}
    if field != "next":
        fields["redirect_field_name"] = field
    if source.chance(0.4):
        fields["method"] = "POST"
        if source.chance(0.8):
            fields["post"] = {source.pick(field, "other"): source.pick("", url(source), source.text()) for _ in range(source.randrange(3))}
    elif source.chance(0.1):
        fields["method"] = "GET"
    return fields


def success_is_asked(fields):
    own = fields.get("host", "")
    hostile = [fields["path"], unquote(fields["path"], errors="replace"), *fields.get("post", {}).values()]
    return (
        target_is_asked(fields["path"]) and own.isascii() and (own == "" or own.isprintable())
        and all(has_plain_brackets({"url": part}) for text in hostile for part in [text, *re.split("[=&]", text)])
    )


def iri(source):
    everything = "".join(chr(code) for code in range(128))
    return {"iri": source.pick(url(source), source.text(), "".join(source.sample(everything, source.randint(1, 60))), "/" + quote(source.text()))}


DRAWS = {
    "redirect_to_login": (60, to_login, lambda fields: login_url_is_asked(fields["login_url"])),
    "login_required": (60, required, required_is_asked),
    "login_success_url": (60, success, success_is_asked),
    "url_has_allowed_host_and_scheme": (80, is_allowed, has_plain_brackets),
    "iri_to_uri": (15, iri, None),
}
