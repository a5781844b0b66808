//! Where a browser may be sent.

use djauth_runtime::{
    json::{Object, Value},
    redirect::{AuthUrls, LoginRedirect, NextRule, SuccessUrl, UrlNames, url_has_allowed_host_and_scheme},
    url::{self, RequestUrl, Scheme, is_allowed_host},
};

use crate::{
    answer::{Answer, Kind},
    fields::{Fields, FromField},
};

const LOGIN_URL: &str = "/accounts/login/";
const LOGIN_REDIRECT_URL: &str = "/accounts/profile/";

pub(super) fn to_login(fields: Fields<'_>) -> Answer {
    let login_url = Some(fields.get("login_url")?).filter(|url: &&str| !url.is_empty()).unwrap_or(LOGIN_URL);
    redirect(login_redirect(fields, login_url, &names())?.to(fields.get("next")?)?)
}

pub(super) fn login_required(fields: Fields<'_>) -> Answer {
    let setting = fields.get_or("LOGIN_URL", LOGIN_URL)?;
    let login_url = fields.find("login_url")?.filter(|url: &&str| !url.is_empty()).unwrap_or(setting);
    redirect(login_redirect(fields, login_url, &names())?.from_request(&request(fields)?)?)
}

pub(super) fn login_success_url(fields: Fields<'_>) -> Answer {
    let names = names();
    let allowed_hosts: Vec<&str> = fields.get_or("success_url_allowed_hosts", Vec::new())?;
    let allowed_hosts: Vec<String> = allowed_hosts.into_iter().map(str::to_owned).collect();
    let success = SuccessUrl {
        redirect_field_name: fields.get_or("redirect_field_name", "next")?,
        allowed_hosts: &allowed_hosts,
        next_page: fields.get_or("next_page", "")?,
        default: fields.get_or("LOGIN_REDIRECT_URL", LOGIN_REDIRECT_URL)?,
        names: &names,
        rule: NextRule::Django,
    };
    let posted = posted(fields, success.redirect_field_name)?;
    Ok(success.get(&request(fields)?, posted)?.into())
}

pub(super) fn has_allowed_host_and_scheme(fields: Fields<'_>) -> Answer {
    let url: Option<&str> = fields.get("url")?;
    let Hosts(hosts) = fields.get("allowed_hosts")?;
    let seen_over = scheme(fields.get_or("require_https", false)?);
    Ok(url.is_some_and(|url| url_has_allowed_host_and_scheme(url, &hosts, seen_over)).into())
}

pub(super) fn iri_to_uri(fields: Fields<'_>) -> Answer {
    Ok(url::iri_to_uri(fields.get("iri")?).into_owned().into())
}

/// The URLs of `django.contrib.auth.urls`, mounted at `/`.
fn names() -> AuthUrls {
    AuthUrls::mounted_at("/")
}

fn login_redirect<'a>(
    fields: Fields<'a>,
    login_url: &'a str,
    names: &'a dyn UrlNames,
) -> Answer<LoginRedirect<'a>> {
    let redirect_field_name = fields.get_or("redirect_field_name", "next")?;
    Ok(LoginRedirect { login_url, redirect_field_name, names, rule: NextRule::Django })
}

fn redirect(location: String) -> Answer {
    Ok(Object::from_iter([("status", Value::Int(302)), ("location", location.into())]).into())
}

/// Reads the request; a host that is malformed is Django's `DisallowedHost`.
fn request(fields: Fields<'_>) -> Answer<RequestUrl<'_>> {
    let host = fields.get_or("host", "testserver")?;
    let request = RequestUrl::new(scheme(fields.get_or("secure", false)?), host, fields.get("path")?);
    if is_allowed_host(host, &["*"]) { Ok(request) } else { Err(Kind::ValueError) }
}

fn scheme(is_secure: bool) -> Scheme {
    if is_secure { Scheme::Https } else { Scheme::Http }
}

/// Reads a field of the form, which only a POST has.
fn posted<'a>(fields: Fields<'a>, name: &str) -> Answer<Option<&'a str>> {
    let form = fields.find::<Fields<'a>>("post")?;
    let form = form.map(|form| form.iter::<&str>().collect::<Answer<Vec<_>>>()).transpose()?;
    let value = form.into_iter().flatten().find_map(|(key, value)| (key == name).then_some(value));
    match fields.get_or("method", "GET")? {
        "GET" => Ok(None),
        "POST" => Ok(value),
        _ => Err(Kind::BadInput),
    }
}

/// `[text]|text|null`: a text is one host, null is none.
struct Hosts<'a>(Vec<&'a str>);

impl<'a> FromField<'a> for Hosts<'a> {
    fn from_field(value: &'a Value) -> Option<Self> {
        match value {
            Value::Null => Some(Self(Vec::new())),
            Value::String(host) => Some(Self(vec![host])),
            value => Vec::from_field(value).map(Self),
        }
    }
}
