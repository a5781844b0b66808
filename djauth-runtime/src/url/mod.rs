//! How does Python take a URL apart? `urllib.parse` of CPython 3.11 as far as Django's answers depend on it.
//!
//! Browsers, and the `url` crate, follow WHATWG rules and disagree with Python in places. What Django allows is decided
//! by Python's reading, so it is kept here with its quirks; `redirect` says which URLs are safe in both.

mod host;
mod ip;
mod query;
mod quote;
mod request;
mod split;

pub use host::{is_allowed_host, is_same_domain, split_domain_port};
pub use ip::{is_ipv4, is_ipv6};
pub use query::{MAX_FIELDS, QueryDict};
pub use quote::{decode_path, escape_uri_path, iri_to_uri, quote, unquote};
pub use request::{RequestUrl, Scheme};
pub use split::{SplitUrl, urlsplit};

/// Why a URL cannot be read (Python's `ValueError`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// A `[` without its `]` in the host, or the reverse.
    #[error("the brackets in the host of the URL are not balanced")]
    UnbalancedBrackets,
    /// The host in brackets is neither an IPv6 address nor an address of a future version.
    #[error("the host in brackets is no IPv6 address")]
    BadBracketedHost,
    /// The host has characters that become one of `/?#@:` under NFKC.
    #[error("the host of the URL has characters that turn into separators")]
    DisguisedSeparator,
    /// The query has more than [`MAX_FIELDS`] fields (Django's `TooManyFieldsSent`).
    #[error("the query has too many fields")]
    TooManyFields,
}
